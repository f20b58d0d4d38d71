"""What QC leads do in Slack: suites run and compared, panels that call blind. `work` is where a job begins."""
