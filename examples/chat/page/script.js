// The page of the chat: it sends the same commands that one types, and shows the events that come back.
// Text of others goes into the page as text, never as markup.
"use strict";

const TREE_EVERY = 1000; // milliseconds
const KEPT_LINES = 500;

const by = (id) => document.getElementById(id);
const rooms = new Map(); // name -> { topic, members, lines, isNew }, in the order in which they were joined
let here = null; // the room that is shown, in which one speaks
let nick = null;
let mayCrash = false;
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
  socket.onmessage = (message) => {
    const [[kind, value]] = Object.entries(JSON.parse(message.data));
    events[kind]?.(value);
  };
  socket.onclose = () => {
    status("not connected, trying again …", true);
    setTimeout(connect, pause);
    pause = Math.min(2 * pause, 10_000);
  };
}

const events = {
  you([name, allowed]) {
    nick = name;
    mayCrash = allowed;
    if (!name.startsWith("guest-")) sessionStorage.setItem("nick", name);
    by("nick").value = name;
    status("connected");
  },
  welcome({ room, topic, members, messages }) {
    const known = rooms.get(room);
    const lines = known?.lines ?? [];
    rooms.set(room, { topic, members, lines, isNew: false });
    if (!known) show(room);
    messages.forEach(({ said }) => events.said(said));
    drawRoom();
  },
  news([name, what]) {
    const room = rooms.get(name);
    if (!room) return;
    const leave = (who) => (room.members = room.members.filter((member) => member !== who));
    if (what.came) {
      room.members.push(what.came);
      add(name, "news", `${what.came} came`);
    } else if (what.went) {
      leave(what.went);
      add(name, "news", `${what.went} went`);
    } else if (what.renamed) {
      const [was, is] = what.renamed;
      room.members = room.members.map((member) => (member === was ? is : member));
      add(name, "news", `${was} is ${is} now`);
    } else if (what.topic) {
      room.topic = what.topic[1];
      add(name, "news", `${what.topic[0]} sets the topic: ${what.topic[1]}`);
    }
    if (name === here) drawRoom();
  },
  said({ room, number, nick: who, text }) {
    const line = element("li", null, { className: who === nick ? "mine" : "" });
    line.append(element("b", who), text);
    line.number = number;
    append(room, line);
  },
  sent([room, number, members]) {
    const lines = rooms.get(room)?.lines ?? [];
    const line = lines.findLast((it) => it.number === number && !it.classList.contains("lost"));
    line?.append(element("span", "✓", { className: "sent", title: `in the queues of ${members}` }));
  },
  restarted(room) {
    rooms.get(room)?.lines.forEach((line) => line.classList.add("lost"));
    add(room, "restarted", `${room} restarted: it crashed, and what was said there is lost`);
  },
  parted(room) {
    rooms.delete(room);
    const rest = [...rooms.keys()];
    show(rest.at(-1) ?? null);
  },
  note: (text) => add(here, "note", text),
  error: (text) => (here ? add(here, "error", text) : status(text, true)),
  bye: (text) => status(text, true),
  tree: drawTree,
};

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

function drawTree(rows) {
  const seen = new Map();
  const lines = rows.map(({ depth, name, pid, restarts: count, queue, members }) => {
    const key = `${depth} ${name}`;
    const line = element("tr", null, { className: `depth-${depth}` });
    line.dataset.process = name;
    if (count > (restarts.get(key)?.count ?? count)) restarts.get(key).until = Date.now() + 4000;
    const until = restarts.get(key)?.until ?? 0;
    if (until > Date.now()) line.classList.add("fresh");
    seen.set(key, { count, until });
    const cells = [name, pid ?? "–", depth < 3 ? count : "", queue].map((text) => element("td", String(text)));
    cells[0].title = name;
    const last = element("td", null);
    if (mayCrash && pid && (members !== null || (depth === 1 && name === "logger"))) {
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
  drawRooms(rows.filter(({ members }) => members !== null));
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
