/* What makes the desk quicker to use. Everything works without it, by links and forms. */
"use strict";

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const reading = $(".reading[data-base]");
const typing = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

/* Parts of pages: a claim's panel is fetched and put in the place of the one before. */

async function part(url, options = {}) {
  return fetch(url, { ...options, headers: { "X-Desk": "part" }, credentials: "same-origin" });
}

function shown(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("panel");
  if (!fresh) return null;
  $("#panel").replaceWith(fresh);
  furnish(fresh);
  tint(fresh);
  signed(fresh.dataset.me);
  return fresh;
}

/* Another window may have said another name: the one that is shown is the one that marks. */

function signed(name) {
  if (!name) return;
  const [soft, own] = [document.createElement("span"), document.createElement("span")];
  soft.className = "soft";
  soft.textContent = "Marking as";
  own.dir = "auto";
  own.textContent = name;
  $("a.me").replaceChildren(soft, " ", own);
}

function tint(panel) {
  const id = panel.dataset.claim;
  $("#checked").textContent = panel.dataset.checked;
  for (const claim of $$("a.claim")) {
    const own = claim.dataset.claim === id;
    if (!own) {
      claim.removeAttribute("aria-current");
      continue;
    }
    const ends = claim.classList.contains("ends");
    claim.className = `claim ${panel.dataset.look}${ends ? " ends" : ""}`;
    claim.setAttribute("aria-current", "true");
    const said = $(".said", claim);
    if (said) said.textContent = panel.dataset.said ? ` (${panel.dataset.said})` : "";
  }
}

async function open(url, { push = true } = {}) {
  const answer = await part(url).catch(() => null);
  const panel = answer && answer.ok ? shown(await answer.text()) : null;
  if (!panel) {
    location.assign(url);
    return;
  }
  if (push) history.pushState({ panel: true }, "", url);
  panel.scrollTop = 0;
  panel.focus({ preventScroll: true });
}

function close() {
  const panel = $("#panel");
  const claim = panel.dataset.claim && document.getElementById(`c-${panel.dataset.claim}`);
  const empty = document.createElement("section");
  empty.id = "panel";
  empty.className = "panel empty";
  empty.tabIndex = -1;
  empty.setAttribute("aria-label", "Claim");
  const hint = document.createElement("p");
  hint.className = "soft";
  hint.textContent = "Choose a claim in the text: its evidence, history and verdict open here.";
  empty.append(hint);
  panel.replaceWith(empty);
  for (const one of $$("a.claim[aria-current]")) one.removeAttribute("aria-current");
  history.pushState({}, "", reading.dataset.base);
  if (claim) claim.focus();
}

async function send(form, button) {
  const body = new FormData(form, button);
  const answer = await part(form.action, { method: "POST", body: new URLSearchParams(body) }).catch(() => null);
  const panel = answer && !answer.redirected ? shown(await answer.text()) : null;
  if (!panel) {
    /* The answer is a page of its own: let the browser go there, with all that was typed. */
    form.dataset.plain = "yes";
    delete form.dataset.sent;
    if (answer && answer.redirected) location.assign(answer.url);
    else form.requestSubmit(button);
    return;
  }
  const told = $("[role=alert], [role=status]", panel);
  $("#live").textContent = told ? told.textContent.trim() : "";
  panel.scrollTop = 0;
  panel.focus({ preventScroll: true });
}

/* What a fresh panel needs: what is known elsewhere, and a second link. */

async function furnish(within) {
  for (const hint of $$(".needs-script", within)) hint.hidden = false;
  const later = $("[data-load]", within);
  if (!later) return;
  const answer = await part(later.dataset.load).catch(() => null);
  if (answer && answer.ok && later.isConnected) {
    later.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    $("#look-elsewhere").textContent = `Elsewhere: ${$("[data-short]", later).dataset.short}`;
  }
}

document.addEventListener("click", (event) => {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const claim = event.target.closest("a.claim");
  if (claim && reading && plain) {
    event.preventDefault();
    if (getSelection().isCollapsed) open(claim.dataset.address || claim.href);
  } else if (event.target.closest("a.close") && reading && plain) {
    event.preventDefault();
    close();
  } else if (event.target.id === "one-more") {
    const all = $$(".source");
    const copy = all[all.length - 1].cloneNode(true);
    for (const field of $$("input", copy)) field.value = "";
    $("select", copy).selectedIndex = 0;
    $("#links").append(copy);
    $("input", copy).focus();
  } else if (event.target.id === "look-elsewhere") {
    $("#elsewhere").scrollIntoView();
    $("#elsewhere").focus({ preventScroll: true });
  } else if (event.target.closest("#show-help")) {
    help();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "post") {
    /* A second press before the answer is the same press. */
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
  }
  if (reading && form.closest("#panel") && form.method === "post" && form.dataset.plain !== "yes") {
    event.preventDefault();
    send(form, event.submitter);
  }
});

addEventListener("pageshow", () => {
  for (const form of $$("form[data-sent]")) delete form.dataset.sent;
});

addEventListener("popstate", () => {
  if (!reading) return;
  const inside = location.pathname.startsWith(`${reading.dataset.base}/`);
  if (inside) open(location.href, { push: false });
  else location.reload();
});

/* Words that are selected can be marked out as a claim. Places are counted in code points. */

function place(node, offset) {
  const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  const piece = element.closest("[data-start]");
  if (!piece || !piece.closest("#text")) return null;
  const start = Number(piece.dataset.start);
  if (piece.hasAttribute("data-turning")) return start + (offset > 0 ? 1 : 0);
  if (node !== piece.firstChild) return node === piece && offset === 0 ? start : start + [...piece.firstChild.data].length;
  return start + [...node.data.slice(0, offset)].length;
}

/* Browsers do not begin a selection within a link. While the button is down a claim is none. */

document.addEventListener("mousedown", (event) => {
  const claim = event.target.closest("#text a.claim");
  if (!claim || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const address = claim.href;
  claim.removeAttribute("href");
  addEventListener("mouseup", () => setTimeout(() => (claim.href = address)), { once: true });
  claim.dataset.address = address;
});

const out = $("#mark-out");
const here = $("#mark-here");

function chosen() {
  const selection = getSelection();
  here.hidden = true;
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  const start = place(range.startContainer, range.startOffset);
  const end = place(range.endContainer, range.endOffset);
  if (start === null || end === null || end <= start) return;
  out.elements.start.value = start;
  out.elements.end.value = end;
  out.elements.words.value = selection.toString();
  const box = range.getBoundingClientRect();
  here.hidden = false;
  const left = Math.min(box.left, innerWidth - here.offsetWidth - 8);
  here.style.left = `${Math.max(8, left) + scrollX}px`;
  here.style.top = `${box.bottom + scrollY + 6}px`;
}

if (out && here) {
  let soon = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(soon);
    soon = setTimeout(chosen, 120);
  });
  out.elements.words.addEventListener("input", () => {
    out.elements.start.value = out.elements.end.value = "";
  });
}

/* Keys. Single letters can be turned off, for those who speak or tremble to their machine. */

function help() {
  $("#keys-on").checked = keysOn();
  $("#help").showModal();
}

const keysOn = () => localStorage.getItem("desk-keys") !== "off";

$("#keys-on")?.addEventListener("change", (event) => {
  localStorage.setItem("desk-keys", event.target.checked ? "on" : "off");
});

function step(by) {
  const claims = $$("a.claim[id]");
  if (!claims.length) return;
  const current = document.activeElement.closest("a.claim") || $("a.claim[aria-current]");
  const at = current ? claims.findIndex((claim) => claim.dataset.claim === current.dataset.claim) : -1;
  const next = claims[Math.min(claims.length - 1, Math.max(0, at + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("#help")?.open) return;
  if (event.key === "Escape") {
    if (typing(event.target)) event.target.blur();
    else if (reading && !$("#panel.empty")) close();
    return;
  }
  if (typing(event.target) || !keysOn()) return;
  /* A key that is held down, even into the next page, only goes through claims: it decides nothing. */
  if (event.repeat && event.key !== "j" && event.key !== "k") return;
  const queue = $("[data-queue]");
  const status = $$("[data-status]").find((one) => one.dataset.status === event.key);
  const named = $(`[data-key="${CSS.escape(event.key)}"]`);
  if (event.key === "?") help();
  else if (event.key === "/") ($("#q") || { focus: () => location.assign("/") }).focus();
  else if (status && queue) status.click();
  else if (status) status.focus();
  else if (named) named.matches("input, textarea") ? named.focus() : named.click();
  else if (reading && (event.key === "j" || event.key === "k")) step(event.key === "j" ? 1 : -1);
  else return;
  event.preventDefault();
});

for (const hint of $$(".needs-script")) hint.hidden = false;
if ($("#show-help")) $("#show-help").hidden = false;
if ($("#panel[data-claim]")) furnish($("#panel"));
if ($("#panel[data-claim]") && reading) {
  document.getElementById(`c-${$("#panel").dataset.claim}`)?.scrollIntoView({ block: matchMedia("(max-width: 62rem)").matches ? "start" : "center" });
}
const facets = $(".facets details");
if (facets && matchMedia("(max-width: 62rem)").matches) facets.open = false;
