// The page of the chat: it sends the lines that one would type, and reads those that come back.
// Text of others goes into the page as text, never as markup.
"use strict";

const TREE_EVERY = 1000; // milliseconds
const KEPT_LINES = 500;

const by = (id) => document.getElementById(id);
const rooms = new Map(); // name -> { topic, members, lines, isNew }, in the order in which they were joined
let here = null; // the room that is shown, in which one speaks
let nick = null;
let socket = null;
let pause = 500; // before the next try to connect
let restarts = new Map(); // of each row of the tree

function element(kind, text, attributes = {}) {
  const made = document.createElement(kind);
  if (text !== null) made.textContent = text;
  Object.assign(made, attributes);
  return made;
}

function send(line) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(line);
}

function status(text, isBad = false) {
  by("status").textContent = text;
  by("status").classList.toggle("bad", isBad);
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(`${scheme}//${location.host}/ws`);
  const missed = rooms.size ? [...rooms.keys()] : ["lobby"];
  socket.onopen = () => {
    pause = 500;
    const wanted = sessionStorage.getItem("nick");
    if (wanted) send(`/nick ${wanted}`);
    missed.forEach((room) => send(`/join ${room}`));
    if (here) send(`/join ${here}`);
    send("/tree");
  };
  socket.onmessage = ({ data }) => {
    for (const [pattern, act] of LINES) {
      const match = data.match(pattern);
      if (match) return act(...match, data); // the line, its parts, and the whole message
    }
  };
  socket.onclose = () => {
    status("not connected, trying again …", true);
    setTimeout(connect, pause);
    pause = Math.min(2 * pause, 10_000);
  };
}

// The lines that the server writes, and what the page does with each; the first that fits counts.
const LINES = [
  [/^\* you are in (\S+), with: ([^;]*); topic: (.*)/, welcome],
  [/^\* you are ([^\s;]+)/, you],
  [/^\[(\S+) (\d+)\] (\S+): (.*)/s, said],
  [/^\* sent: (\S+) (\d+) to (\d+)/, sent],
  [/^\* (\S+) restarted: /, restarted],
  [/^\* (\S+): (\S+) (came|went)$/, moved],
  [/^\* (\S+): (\S+) is (\S+) now$/, renamed],
  [/^\* (\S+): \S+ sets the topic: (.*)/, retitled],
  [/^\* you left (\S+)/, parted],
  [/^\* the tree: /, (_, tree) => drawTree(tree)],
  [/^! (.*)/, (line) => (here ? add(here, "error", line) : status(line, true))],
  [/goodbye$|too many|crashed/, (_, line) => status(line, true)],
  [/^/, (_, line) => add(here, "note", line)],
];

function you(_, name) {
  nick = name;
  if (!name.startsWith("guest-")) sessionStorage.setItem("nick", name);
  by("nick").value = name;
  status("connected");
}

function welcome(_, name, members, topic, all) {
  const known = rooms.get(name);
  rooms.set(name, { topic, members: members.split(", ").filter(Boolean), lines: known?.lines ?? [], isNew: false });
  if (!known) show(name);
  // Behind the welcome stands what was said before.
  for (const line of all.split("\n").slice(1)) said(...line.match(LINES[2][0]));
  drawRoom();
}

function said(_, room, number, who, text) {
  const line = element("li", null, { className: who === nick ? "mine" : "" });
  line.append(element("b", who), text);
  line.number = number;
  append(room, line);
}

function sent(_, room, number, members) {
  const lines = rooms.get(room)?.lines ?? [];
  const line = lines.findLast((it) => it.number === number && !it.classList.contains("lost"));
  line?.append(element("span", "✓", { className: "sent", title: `in the queues of ${members}` }));
}

function restarted(line, name) {
  rooms.get(name)?.lines.forEach((it) => it.classList.add("lost"));
  add(name, "restarted", `${name} restarted: it crashed, and what was said there is lost`);
}

function news(name, text, change) {
  const room = rooms.get(name);
  if (!room) return;
  change(room);
  add(name, "news", text);
  if (name === here) drawRoom();
}

function moved(_, room, who, way) {
  news(room, `${who} ${way}`, (it) => {
    it.members = it.members.filter((member) => member !== who);
    if (way === "came") it.members.push(who);
  });
}

function renamed(_, room, was, is) {
  news(room, `${was} is ${is} now`, (it) => {
    it.members = it.members.map((member) => (member === was ? is : member));
  });
}

function retitled(_, room, topic) {
  news(room, `the topic is: ${topic}`, (it) => (it.topic = topic));
}

function parted(_, room) {
  rooms.delete(room);
  show([...rooms.keys()].at(-1) ?? null);
}

function add(room, className, text) {
  append(room, element("li", text, { className }));
}

function append(name, line) {
  const room = rooms.get(name);
  if (!room) return;
  room.lines.push(line);
  if (room.lines.length > KEPT_LINES) room.lines.shift().remove();
  if (name !== here) {
    room.isNew = true;
    return;
  }
  const log = by("log");
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  log.append(line);
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

function show(name) {
  here = name;
  const room = rooms.get(name);
  by("log").replaceChildren(...(room?.lines ?? []));
  by("log").scrollTop = by("log").scrollHeight;
  if (room) room.isNew = false;
  drawRoom();
}

function drawRoom() {
  const room = rooms.get(here);
  by("talk-title").textContent = here ?? "No room";
  by("topic").textContent = room?.topic ?? "";
  by("leave").hidden = !room;
  by("members").replaceChildren(...(room?.members ?? []).map((name) => element("li", name)));
}

function drawRooms(all) {
  const items = all.map(({ name, members }) => {
    const button = element("button", null, { type: "button" });
    button.append(element("span", name), element("span", String(members)));
    if (name === here) button.setAttribute("aria-current", "true");
    if (rooms.get(name)?.isNew) button.firstChild.className = "new";
    button.dataset.room = name;
    const item = element("li", null);
    item.append(button);
    return item;
  });
  keepFocus(by("room-list"), "room", items);
}

// A line for each process: by how far it is indented one sees how deep it is.
const ROW = /^( +)(\S+) (\S+) (\d+) (\d+)(?: (\d+))?$/;

function drawTree(text) {
  const rows = text.split("\n").flatMap((line) => {
    const [found, indent, name, pid, count, queue, members] = line.match(ROW) ?? [];
    if (!found) return [];
    return [{ depth: indent.length / 2 - 1, name, pid, count: Number(count), queue, members }];
  });
  const seen = new Map();
  const lines = rows.map(({ depth, name, pid, count, queue, members }) => {
    const key = `${depth} ${name}`;
    const line = element("tr", null, { className: `depth-${depth}` });
    line.dataset.process = name;
    if (count > (restarts.get(key)?.count ?? count)) restarts.get(key).until = Date.now() + 4000;
    const until = restarts.get(key)?.until ?? 0;
    if (until > Date.now()) line.classList.add("fresh");
    seen.set(key, { count, until });
    const cells = [name, pid, depth < 3 ? count : "", queue].map((text) => element("td", String(text)));
    cells[0].title = name;
    const last = element("td", null);
    if (members !== undefined || (depth === 1 && name === "logger")) {
      const button = element("button", "crash", { type: "button" });
      button.setAttribute("aria-label", `crash ${name}`);
      button.dataset.crash = name;
      last.append(button);
    }
    line.append(...cells, last);
    return line;
  });
  restarts = seen;
  keepFocus(by("rows"), "crash", lines);
  drawRooms(rows.filter(({ members }) => members !== undefined));
}

// What is drawn anew each second must not take the keyboard away.
function keepFocus(parent, key, children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement.dataset[key] : null;
  parent.replaceChildren(...children);
  if (focused) parent.querySelector(`[data-${key}="${CSS.escape(focused)}"]`)?.focus();
}

function onSubmit(id, act) {
  by(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

function enter(room) {
  send(`/join ${room}`);
  if (rooms.has(room)) show(room);
  view("talk");
}

function view(part) {
  document.body.dataset.view = part;
  for (const button of document.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === part));
  }
}

onSubmit("rename", () => send(`/nick ${by("nick").value.trim()}`));
onSubmit("join", () => {
  enter(by("room").value.trim().toLowerCase());
  by("room").value = "";
});
onSubmit("say", () => {
  send(by("text").value);
  by("text").value = "";
});
by("leave").addEventListener("click", () => send("/leave"));
document.addEventListener("click", ({ target }) => {
  const { room, crash, show: part } = target.closest("button")?.dataset ?? {};
  if (room) enter(room);
  if (crash) send(`/crash ${crash}`);
  if (part) view(part);
});
setInterval(() => send("/tree"), TREE_EVERY);
connect();
