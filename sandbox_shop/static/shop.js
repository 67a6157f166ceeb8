// What the shop's pages do besides being read: suggest, sort, load reviews, open the newsletter, follow the card.
// Everything works without it, only less conveniently.
"use strict";

function suggestWhileTyping(input) {
  const list = input.form.querySelector(".suggestions");
  let pending = null;

  function close() {
    list.hidden = true;
    list.replaceChildren();
  }

  function show(lines) {
    list.replaceChildren(...lines.map((line) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = line.href;
      link.textContent = line.kind === "category" ? `All in ${line.label}` : line.label;
      item.append(link);
      return item;
    }));
    list.hidden = lines.length === 0;
  }

  async function ask() {
    if (pending) pending.abort();
    const text = input.value.trim();
    if (text.length < 2) return close();
    pending = new AbortController();
    try {
      const address = `${input.dataset.suggest}?${new URLSearchParams({ q: text })}`;
      const reply = await fetch(address, { signal: pending.signal });
      if (reply.ok) show(await reply.json());
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", ask);
  input.form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  input.form.addEventListener("submit", () => { if (pending) pending.abort(); close(); });
  document.addEventListener("click", (event) => {
    if (!input.form.contains(event.target)) close();
  });
}

function sendOnChange(form) {
  form.querySelector("button").hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}

function loadReviewsLate(section) {
  async function load(address) {
    section.setAttribute("aria-busy", "true");
    try {
      const reply = await fetch(address);
      if (!reply.ok) throw new Error(reply.statusText);
      section.innerHTML = await reply.text();
    } catch {
      section.querySelector(".loading")?.replaceChildren("The reviews could not be loaded.");
    }
    section.removeAttribute("aria-busy");
  }

  section.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-reviews]");
    if (!link) return;
    event.preventDefault();
    load(link.dataset.reviews);
  });
  load(section.dataset.late);
}

function followCard() {
  window.addEventListener("message", (event) => {
    if (event.origin !== window.location.origin || event.data?.kind !== "card-accepted") return;
    window.location.assign(new URL(event.data.to, window.location.origin).pathname);
  });
}

for (const input of document.querySelectorAll("input[data-suggest]")) suggestWhileTyping(input);
for (const form of document.querySelectorAll("form[data-send-on-change]")) sendOnChange(form);
if (document.querySelector("[data-card-frame]")) followCard();
window.addEventListener("load", () => {
  for (const section of document.querySelectorAll("[data-late]")) loadReviewsLate(section);
  document.getElementById("newsletter")?.showModal();
});
