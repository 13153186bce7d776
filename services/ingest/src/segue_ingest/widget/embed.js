// The chat widget: <script src="https://…/v1/{tenant}/embed.js" async></script> is all a page needs.
// Attributes: data-title, data-language (en, es), data-color, data-open.
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script || window.__segueChat) return;
  window.__segueChat = true;

  var base = script.src.replace(/\/embed\.js.*$/, "");
  var storeKey = "segue:" + base;
  var WORDS = {
    en: { title: "Chat with us", open: "Open the chat", close: "Close the chat",
          write: "Write a message…", send: "Send", waiting: "Not sent yet. Trying again…",
          offline: "Reconnecting…", refused: "Could not be sent.", person: "A colleague is answering.",
          typing: "Writing an answer" },
    es: { title: "Escríbenos", open: "Abrir el chat", close: "Cerrar el chat",
          write: "Escribe un mensaje…", send: "Enviar", waiting: "Aún no enviado. Reintentando…",
          offline: "Reconectando…", refused: "No se pudo enviar.", person: "Te responde una persona del equipo.",
          typing: "Escribiendo una respuesta" }
  };
  var language = (script.dataset.language || document.documentElement.lang || navigator.language || "en").slice(0, 2);
  var words = WORDS[language] || WORDS.en;
  var color = /^#[0-9a-f]{3,8}$/i.test(script.dataset.color || "") ? script.dataset.color : "#1f5eff";

  // What must survive a reload: the session, and what the server has not acknowledged.
  var kept = { token: null, conversation: null, unsent: [] };
  try { kept = Object.assign(kept, JSON.parse(localStorage.getItem(storeKey) || "{}")); } catch (e) { /* a private window */ }
  function keep() {
    try { localStorage.setItem(storeKey, JSON.stringify(kept)); } catch (e) { /* as above */ }
  }

  var CSS = [
    ":host{all:initial}",
    "*{box-sizing:border-box;font:15px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}",
    ".fab,.panel{position:fixed;right:20px;bottom:20px;z-index:2147483000}",
    ".fab{width:58px;height:58px;border:0;border-radius:50%;background:var(--c);cursor:pointer;box-shadow:0 6px 20px rgba(16,24,40,.28);display:grid;place-items:center}",
    ".fab svg{width:26px;height:26px;fill:#fff}",
    ".fab .dot{position:absolute;top:2px;right:2px;width:14px;height:14px;border-radius:50%;background:#e5484d;border:2px solid #fff}",
    ".panel{width:372px;height:min(600px,calc(100vh - 40px));height:min(600px,calc(100dvh - 40px));background:#fff;border-radius:16px;box-shadow:0 12px 44px rgba(16,24,40,.26);display:flex;flex-direction:column;overflow:hidden}",
    "[hidden]{display:none!important}",
    "header{display:flex;align-items:center;gap:8px;background:var(--c);color:#fff;padding:14px 10px 14px 18px}",
    "header h2{flex:1;margin:0;font-size:17px;font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}",
    "header button{width:36px;height:36px;border:0;border-radius:8px;background:transparent;color:#fff;font-size:22px;line-height:1;cursor:pointer}",
    "header button:hover{background:rgba(255,255,255,.16)}",
    ".log{flex:1;overflow-y:auto;padding:16px 14px;display:flex;flex-direction:column;gap:8px;background:#f6f7f9;overscroll-behavior:contain}",
    ".m{max-width:82%;padding:9px 13px;border-radius:14px;white-space:pre-wrap;overflow-wrap:anywhere;color:#1c2430;background:#fff;border:1px solid #e4e7ec;align-self:flex-start;border-bottom-left-radius:4px}",
    ".m.lead{align-self:flex-end;background:var(--c);border-color:var(--c);color:#fff;border-radius:14px;border-bottom-right-radius:4px}",
    ".m.waiting{opacity:.6}",
    ".m.refused{background:#fff;color:#b42318;border-color:#f3b8b3}",
    ".note{align-self:center;color:#5d6675;font-size:13px;text-align:center}",
    ".dots{display:flex;gap:4px;padding:13px}",
    ".dots i{width:7px;height:7px;border-radius:50%;background:#9aa3b2;animation:b 1.2s infinite}",
    ".dots i:nth-child(2){animation-delay:.15s}.dots i:nth-child(3){animation-delay:.3s}",
    "@keyframes b{0%,60%,100%{opacity:.35}30%{opacity:1}}",
    "@media (prefers-reduced-motion:reduce){.dots i{animation:none}}",
    ".state{padding:6px 16px;font-size:13px;color:#7a4b00;background:#fff6e0}",
    "form{display:flex;gap:8px;padding:10px;border-top:1px solid #e4e7ec;background:#fff;padding-bottom:calc(10px + env(safe-area-inset-bottom))}",
    "textarea{flex:1;resize:none;border:1px solid #cfd5de;border-radius:10px;padding:10px 12px;max-height:120px;min-height:44px;font-size:16px;color:#1c2430;background:#fff;outline-offset:1px}",
    "form button{min-width:64px;border:0;border-radius:10px;background:var(--c);color:#fff;font-weight:600;cursor:pointer;padding:0 14px}",
    "form button:disabled{opacity:.5;cursor:default}",
    "button:focus-visible,textarea:focus-visible{outline:2px solid var(--c);outline-offset:2px}",
    "@media (max-width:480px){.panel{right:0;bottom:0;width:100vw;height:100vh;height:100dvh;border-radius:0}}"
  ].join("\n");

  function make(tag, attributes, parent, text) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text) element.textContent = text;
    if (parent) parent.appendChild(element);
    return element;
  }

  var host = make("div", { "data-segue-chat": "" });
  var root = host.attachShadow({ mode: "open" });
  host.style.setProperty("--c", color);
  make("style", {}, root, CSS);
  var fab = make("button", { class: "fab", type: "button", "aria-label": words.open }, root);
  var icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  var path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z");
  icon.appendChild(path);
  fab.appendChild(icon);
  var dot = make("span", { class: "dot", hidden: "" }, fab);
  var panel = make("section", { class: "panel", role: "dialog", "aria-label": script.dataset.title || words.title, hidden: "" }, root);
  var header = make("header", {}, panel);
  make("h2", {}, header, script.dataset.title || words.title);
  var closer = make("button", { type: "button", "aria-label": words.close }, header, "×");
  var log = make("div", { class: "log", role: "log", "aria-live": "polite" }, panel);
  var state = make("div", { class: "state", role: "status", hidden: "" }, panel, words.offline);
  var form = make("form", {}, panel);
  var input = make("textarea", { rows: "1", placeholder: words.write, "aria-label": words.write, maxlength: "12000", enterkeyhint: "send" }, form);
  make("button", { type: "submit" }, form, words.send);
  var typing = make("div", { class: "m dots", "aria-label": words.typing, hidden: "" }, log);
  for (var i = 0; i < 3; i += 1) make("i", {}, typing);

  var last = 0;            // the highest number shown; everything above it comes again
  var bubbles = {};        // by client_id, until the server has numbered them
  var socket = null, tries = 0, opening = false, typingTimer = 0, started = false;

  function atEnd() { return log.scrollHeight - log.scrollTop - log.clientHeight < 60; }
  function scroll() { log.scrollTop = log.scrollHeight; }
  function bubble(role, text) {
    var stay = !atEnd();
    var element = make("div", { class: role === "lead" ? "m lead" : "m" }, null, text);
    log.insertBefore(element, typing);
    if (!stay) scroll();
    return element;
  }
  function note(text) { log.insertBefore(make("div", { class: "note" }, null, text), typing); scroll(); }
  function showTyping(on) {
    clearTimeout(typingTimer);
    typing.hidden = !on;
    if (on) { scroll(); typingTimer = setTimeout(function () { showTyping(false); }, 15000); }
  }

  function onMessage(frame) {
    if (frame.number <= last) return;
    last = frame.number;
    var own = frame.client_id && bubbles[frame.client_id];
    if (own) {
      own.className = "m lead";
      own.removeAttribute("title");
      log.insertBefore(own, typing);
      delete bubbles[frame.client_id];
    } else {
      bubble(frame.role, frame.text);
      if (frame.role !== "lead" && panel.hidden) dot.hidden = false;
    }
    if (frame.role !== "lead") showTyping(false);
    acknowledged(frame.client_id);
  }
  function acknowledged(id) {
    if (!id) return;
    kept.unsent = kept.unsent.filter(function (item) { return item.client_id !== id; });
    keep();
  }
  function onError(frame) {
    var waits = frame.status === 503 || frame.status === 429;
    if (waits) { setTimeout(resend, 1000 * Math.min(frame.retry_after || 3, 60)); return; }
    var own = frame.client_id && bubbles[frame.client_id];
    if (own) { own.className = "m lead refused"; own.title = words.refused; delete bubbles[frame.client_id]; }
    acknowledged(frame.client_id);
  }
  var person = false;
  function onStatus(frame) {
    if (frame.answered_by === "person" && !person) { note(words.person); showTyping(false); }
    person = frame.answered_by === "person";
  }

  function push(item) {
    if (socket && socket.readyState === 1) socket.send(JSON.stringify({ type: "say", client_id: item.client_id, text: item.text }));
  }
  function resend() { kept.unsent.forEach(push); }

  function open() {
    if (opening || (socket && socket.readyState < 2)) return;
    opening = true;
    fetch(base + "/chat/sessions", { method: "POST", body: JSON.stringify({ token: kept.token }), headers: { "Content-Type": "application/json" } })
      .then(function (response) { if (!response.ok) throw new Error(String(response.status)); return response.json(); })
      .then(function (session) {
        if (kept.conversation !== session.conversation_id) last = 0; // numbers are the conversation's
        kept.token = session.token;
        kept.conversation = session.conversation_id;
        keep();
        connect(session.token);
      })
      .catch(again)
      .then(function () { opening = false; });
  }
  function connect(token) {
    socket = new WebSocket(base.replace(/^http/, "ws") + "/chat?token=" + encodeURIComponent(token) + "&after=" + last);
    socket.onopen = function () { tries = 0; state.hidden = true; resend(); };
    socket.onmessage = function (event) {
      var frame = JSON.parse(event.data);
      if (frame.type === "message") onMessage(frame);
      else if (frame.type === "ack") acknowledged(frame.client_id);
      else if (frame.type === "typing") showTyping(true);
      else if (frame.type === "status") onStatus(frame);
      else if (frame.type === "error") onError(frame);
    };
    socket.onclose = again;
  }
  function again() {
    tries += 1;
    if (tries > 1) state.hidden = false;
    // Spread out, so that a restart is not met by every widget at once.
    setTimeout(open, Math.min(30000, 500 * Math.pow(2, Math.min(tries, 6))) * (0.5 + Math.random()));
  }

  function newId() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    return Date.now().toString(36) + "-" + Math.random().toString(36).slice(2);
  }
  function say() {
    var text = input.value.trim();
    if (!text) return;
    var item = { client_id: newId(), text: text };
    kept.unsent.push(item);
    keep();
    show(item);
    input.value = "";
    grow();
    push(item);
    scroll();
  }
  function show(item) {
    bubbles[item.client_id] = bubble("lead", item.text);
    bubbles[item.client_id].className = "m lead waiting";
    bubbles[item.client_id].title = words.waiting;
  }
  function grow() { input.style.height = "auto"; input.style.height = Math.min(input.scrollHeight + 2, 120) + "px"; }

  function start() {
    if (started) return;
    started = true;
    kept.unsent.forEach(show);
    open();
  }
  function toggle(shown) {
    panel.hidden = !shown;
    fab.hidden = shown;
    if (shown) { dot.hidden = true; start(); scroll(); input.focus(); } else { fab.focus(); }
  }
  fab.addEventListener("click", function () { toggle(true); });
  closer.addEventListener("click", function () { toggle(false); });
  panel.addEventListener("keydown", function (event) { if (event.key === "Escape") toggle(false); });
  form.addEventListener("submit", function (event) { event.preventDefault(); say(); });
  input.addEventListener("input", grow);
  input.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); say(); }
  });
  window.addEventListener("online", open_if_started);
  document.addEventListener("visibilitychange", open_if_started);
  function open_if_started() { if (started && !document.hidden) open(); }
  setInterval(function () { if (socket && socket.readyState === 1) socket.send('{"type":"ping"}'); }, 25000);

  function mount() {
    document.body.appendChild(host);
    // A visitor who has talked before gets news without opening the chat.
    if (script.hasAttribute("data-open")) toggle(true); else if (kept.token) start();
  }
  if (document.body) mount(); else document.addEventListener("DOMContentLoaded", mount);
})();
