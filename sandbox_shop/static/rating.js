// <star-rating>: the mean rating of a product, with the numbers behind it on demand, in an open shadow root.
"use strict";

class StarRating extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    const styles = document.createElement("link");
    styles.rel = "stylesheet";
    styles.href = this.getAttribute("styles");
    root.append(styles, this.summary(), this.breakdown());
  }

  summary() {
    const value = Number(this.getAttribute("value"));
    const line = element("div", "summary");
    const stars = element("span", "stars", "★★★★★");
    stars.setAttribute("aria-hidden", "true");
    const filled = element("span", "", "★★★★★");
    filled.style.width = `${(value / 5) * 100}%`;
    stars.append(filled);
    const count = Number(this.getAttribute("count")).toLocaleString("en-US");
    const button = element("button", "", `${count} ratings`);
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => this.toggle(button));
    line.append(stars, element("span", "", `${this.getAttribute("value")} of 5`), button);
    return line;
  }

  breakdown() {
    const table = element("table", "");
    table.hidden = true;
    const shares = this.getAttribute("shares").split(" ");
    shares.forEach((share, place) => {
      const row = element("tr", "");
      const head = element("th", "", `${5 - place} stars`);
      head.scope = "row";
      row.append(head, element("td", "", `${share} reviews`));
      table.append(row);
    });
    if (this.hasAttribute("to")) {
      const row = element("tr", "");
      const cell = element("td", "");
      const link = element("a", "", "Read the reviews");
      link.href = this.getAttribute("to");
      cell.colSpan = 2;
      cell.append(link);
      row.append(cell);
      table.append(row);
    }
    return table;
  }

  toggle(button) {
    const table = this.shadowRoot.querySelector("table");
    table.hidden = !table.hidden;
    button.setAttribute("aria-expanded", String(!table.hidden));
  }
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

customElements.define("star-rating", StarRating);
