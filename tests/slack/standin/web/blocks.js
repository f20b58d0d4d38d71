// Block Kit -> DOM, for every block that Second Chair sends. What it does not know it says so, in red.
// Text is set with textContent only: nothing that anyone wrote becomes HTML.

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// `press(actionId)` is called for buttons; `name(userId)` says who a user is.
export function blocks(list, { press, name }) {
  const draw = (block) => (DRAW[block.type] ?? unknown)(block, { press, name });
  return el("div", { class: "blocks" }, ...(list ?? []).map(draw));
}

const unknown = (block) => el("p", { class: "unknown" }, `This page cannot draw a ${block.type} block.`);

const DRAW = {
  header: (block) => el("h3", {}, words(block.text)),
  divider: () => el("hr"),
  section: (block, with_) =>
    el(
      "div",
      { class: "section" },
      el("p", {}, words(block.text)),
      block.accessory ? element(block.accessory, with_) : null,
    ),
  context: (block) =>
    el("p", { class: "context" }, ...block.elements.map((part) => el("span", {}, words(part)))),
  actions: (block, with_) =>
    el("div", { class: "row", role: "group" }, ...block.elements.map((part) => element(part, with_))),
  rich_text: (block, with_) =>
    el("div", { class: "rich" }, ...block.elements.map((part) => paragraph(part, with_))),
  input: (block) => field(block),
  image: (block) =>
    el("img", { class: "image", alt: block.alt_text, src: block.image_url ?? `/page/file/${block.slack_file.id}` }),
};

function words(text) {
  return text.type === "mrkdwn" ? unescaped(text.text) : text.text;
}

export function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function element(part, { press }) {
  if (part.type !== "button") return unknown(part);
  const label = part.accessibility_label;
  return el(
    "button",
    {
      type: "button",
      "aria-label": label ? `${part.text.text}: ${label}` : undefined,
      "data-action": part.action_id,
      onclick: () => press(part.action_id),
    },
    part.text.text,
  );
}

function paragraph(part, with_) {
  const tag = { rich_text_section: "p", rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type];
  if (!tag) return unknown(part);
  return el(tag, {}, ...part.elements.map((run) => runOf(run, with_)));
}

function runOf(run, { name }) {
  if (run.type === "text") return run.style?.bold ? el("strong", {}, run.text) : run.text;
  if (run.type === "user") return el("span", { class: "person" }, `@${name(run.user_id)}`);
  if (run.type === "link") return el("a", { href: run.url, "data-link": run.url }, run.text ?? run.url);
  return unknown(run);
}

function field(block) {
  const part = block.element;
  const optional = block.optional ? " (optional)" : "";
  if (part.type === "radio_buttons")
    return el(
      "fieldset",
      {},
      el("legend", {}, block.label.text + optional),
      ...part.options.map((option) =>
        el(
          "label",
          {},
          el("input", { type: "radio", name: block.block_id, value: option.value, required: !block.optional }),
          ` ${option.text.text}`,
        ),
      ),
    );
  const about = { name: block.block_id, required: !block.optional };
  const labelled = (made) => el("label", { class: "field" }, block.label.text + optional, made);
  const options = () => part.options.map((option) => el("option", { value: option.value }, option.text.text));
  if (part.type === "plain_text_input")
    return labelled(el("textarea", { ...about, maxlength: part.max_length, rows: part.multiline ? 3 : 1 }));
  if (part.type === "static_select") return labelled(el("select", about, el("option", { value: "" }), ...options()));
  if (part.type === "checkboxes")
    return labelled(el("select", { ...about, multiple: true, size: part.options.length }, ...options()));
  if (part.type === "multi_static_select") return labelled(el("select", { ...about, multiple: true }, ...options()));
  return unknown(part);
}
