// The page: who you are, where you are, what stands there. The state comes whole after every change.

import { blocks, el, unescaped } from "/page/blocks.js";

const query = new URLSearchParams(location.search);
const $ = (id) => document.getElementById(id);
let state = { users: {}, channels: [] };
let place = query.get("place") ?? "";
let me = query.get("as") ?? "U0ALICE";
let thread = null;
let shownModal = "";
if (query.get("theme")) document.documentElement.dataset.theme = query.get("theme");

const name = (id) => state.users[id] ?? id;

async function send(what, body = {}) {
  const answer = await fetch(`/page/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: me, ...body }),
  });
  $("trouble").textContent = answer.ok ? "" : await answer.text();
  return answer.ok;
}

async function refresh() {
  const answer = await fetch(`/page/state?as=${encodeURIComponent(me)}`);
  state = await answer.json();
  const there = place === "home" || state.channels.some((each) => each.id === place);
  if (!there) place = state.channels[0]?.id ?? "home";
  draw();
}

function draw() {
  drawWho();
  drawPlaces();
  const log = $("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const focused = document.activeElement?.dataset?.action;
  if (place === "home") drawHome(log);
  else drawChannel(log);
  if (atEnd && !query.get("top")) log.scrollTop = log.scrollHeight;
  if (focused) log.querySelector(`[data-action="${focused}"]`)?.focus();
  drawModal();
  drawTarget();
}

function drawWho() {
  const options = state.people.map((id) => el("option", { value: id, selected: id === me }, name(id)));
  $("who").replaceChildren(...options);
}

function drawPlaces() {
  const entry = (id, label) =>
    el(
      "button",
      { type: "button", "aria-current": id === place ? "page" : undefined, onclick: () => go(id) },
      label,
    );
  $("places").replaceChildren(
    ...state.channels.map((channel) => entry(channel.id, channel.label)),
    entry("home", "Home of Second Chair"),
  );
}

function go(id) {
  place = id;
  thread = null;
  if (id === "home") send("home");
  draw();
}

function drawChannel(log) {
  const channel = state.channels.find((each) => each.id === place) ?? { messages: [], label: "" };
  $("place").textContent = channel.label;
  $("say").hidden = false;
  $("mention").parentElement.hidden = place.startsWith("D");
  const heads = channel.messages.filter((each) => !each.thread_ts || each.thread_ts === each.ts);
  log.replaceChildren(...heads.map((head) => threadOf(head, channel)), ...whispers(null));
  if (!heads.length) log.append(el("p", { class: "empty" }, "Nothing was said here yet."));
}

function threadOf(head, channel) {
  const replies = channel.messages.filter((each) => each.thread_ts === head.ts && each.ts !== head.ts);
  const more = [...replies.map((each) => message(each, channel)), ...whispers(head.ts)];
  return el(
    "section",
    { class: "thread" },
    message(head, channel),
    more.length ? el("div", { class: "replies", role: "group", "aria-label": "Thread" }, ...more) : null,
    el("button", { type: "button", class: "plain", onclick: () => aim(head) }, "Reply in thread"),
  );
}

function message(each, channel) {
  const press = (action) => send("press", { channel: channel.id, ts: each.ts, action });
  const drawn = each.blocks ? blocks(each.blocks, { press, name }) : el("p", { class: "said" }, said(each.text));
  return el(
    "article",
    { class: each.bot ? "bot" : "human", "aria-label": `${name(each.user)} at ${time(each.ts)}` },
    el(
      "div",
      { class: "by" },
      el("strong", {}, name(each.user)),
      ` ${time(each.ts)}${each.edited ? " (edited)" : ""}`,
      each.bot ? null : tools(each, channel),
    ),
    drawn,
    ...(each.files ?? []).map(attached),
  );
}

function attached(file) {
  const link = el("a", { href: `/page/file/${file.id}`, download: file.name }, `${file.name}, ${file.size} bytes`);
  if (file.content === null) return el("p", { class: "file" }, link);
  return el("details", { class: "file" }, el("summary", {}, file.name), el("pre", {}, file.content), link);
}

function tools(each, channel) {
  const about = { channel: channel.id, ts: each.ts };
  return el(
    "span",
    { class: "tools" },
    el("button", { type: "button", class: "plain", onclick: () => send("shortcut", about) }, "Ask the playbook about this message"),
    each.user === me
      ? el("button", { type: "button", class: "plain", onclick: () => send("delete", about) }, "Delete")
      : null,
  );
}

function whispers(ts) {
  return state.ephemeral
    .filter((each) => each.channel === place && (each.thread_ts ?? null) === ts)
    .map((each) =>
      el(
        "article",
        { class: "whisper" },
        el("div", { class: "by" }, `Only visible to you, ${time(each.ts)}`),
        each.blocks ? blocks(each.blocks, { press: () => {}, name }) : el("p", { class: "said" }, said(each.text)),
      ),
    );
}

function drawHome(log) {
  $("place").textContent = `Home of Second Chair, as ${name(me)} sees it`;
  $("say").hidden = true;
  const press = (action) => send("press", { action });
  log.replaceChildren(state.home ? blocks(state.home.blocks, { press, name }) : el("p", {}, "Opening …"));
}

function drawModal() {
  const dialog = $("modal");
  const view = state.modal;
  if ((view?.hash ?? "") === shownModal) return;
  shownModal = view?.hash ?? "";
  if (!view) return dialog.close();
  dialog.replaceChildren(
    el(
      "form",
      { onsubmit: submit },
      el("h2", { id: "modal-title" }, view.title.text),
      blocks(view.blocks, { press: () => {}, name }),
      el(
        "div",
        { class: "row" },
        el("button", { type: "submit" }, view.submit?.text ?? "Done"),
        el("button", { type: "button", onclick: () => send("close") }, view.close?.text ?? "Close"),
      ),
    ),
  );
  if (!dialog.open) dialog.showModal();
}

function submit(event) {
  event.preventDefault();
  const given = new FormData(event.target);
  send("submit", { values: Object.fromEntries([...given.keys()].map((key) => [key, given.getAll(key)])) });
}

const read = (file) =>
  new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done({ name: file.name, content: reader.result.split(",")[1] ?? "" });
    reader.readAsDataURL(file);
  });

function aim(head) {
  thread = head.ts;
  $("mention").checked = false;
  drawTarget();
  $("text").focus();
}

function drawTarget() {
  $("target").hidden = !thread;
  if (thread) $("target").firstElementChild.textContent = `In the thread of ${time(thread)}`;
}

function said(text) {
  const named = (text ?? "").replace(/<@([A-Z0-9]+)>/g, (_, id) => `@${name(id)}`);
  return unescaped(named);
}

const time = (ts) => new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

$("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  const files = await Promise.all([...$("files").files].map(read));
  if (!text && !files.length) return;
  if (await send("say", { channel: place, text, thread, mention: $("mention").checked, files })) {
    $("text").value = "";
    $("files").value = "";
  }
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("say").requestSubmit();
  }
});
$("away").addEventListener("click", () => {
  thread = null;
  $("mention").checked = true;
  drawTarget();
});
$("who").addEventListener("change", () => {
  me = $("who").value;
  if (place === "home") send("home");
  refresh();
});
$("modal").addEventListener("cancel", () => send("close"));
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-link]");
  if (!link) return;
  event.preventDefault();
  const found = link.dataset.link.match(/archives\/([A-Z0-9]+)/);
  if (found) go(found[1]);
});

let waiting = 0;
if (!query.get("still"))  // for screenshots: an open stream never finishes loading
  new EventSource("/page/changes").addEventListener("message", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 60);
  });
await refresh();
if (place === "home") send("home");
