"use strict";
(() => {
  const root = document.documentElement;
  const say = (language) => {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-CN" : "en";
    for (const button of document.querySelectorAll(".lang button")) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === language));
    }
  };
  for (const button of document.querySelectorAll(".lang button")) {
    button.addEventListener("click", () => say(button.dataset.lang));
  }
  if (!/^zh/i.test(navigator.language || "zh")) say("en");

  // What is read of a cell: its value, or the text in the language that is shown.
  const shown = (cell) => {
    const other = root.dataset.lang === "zh" ? "en" : "zh-CN";
    let text = "";
    for (const node of cell.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) text += node.data;
      else if (node.nodeType === Node.ELEMENT_NODE && node.lang !== other) text += shown(node);
    }
    return text;
  };
  const collators = { zh: new Intl.Collator("zh-CN", { numeric: true }), en: new Intl.Collator("en", { numeric: true }) };

  // An empty value stays last, whichever way.
  const order = (table, index, descending) => {
    const compare = collators[root.dataset.lang].compare;
    const keyed = [...table.tBodies[0].rows].map((row, place) => {
      const cell = row.cells[index];
      const value = cell.dataset.v === undefined ? null : Number(cell.dataset.v);
      const isNumber = cell.classList.contains("n") || cell.dataset.v !== undefined;
      return { row, place, value: isNumber ? value : shown(cell).trim() };
    });
    const isNone = (value) => value === null || value === "";
    keyed.sort((a, b) => {
      if (isNone(a.value) || isNone(b.value)) return isNone(a.value) - isNone(b.value) || a.place - b.place;
      const way = typeof a.value === "number" ? a.value - b.value : compare(a.value, b.value);
      return (descending ? -way : way) || a.place - b.place;
    });
    table.tBodies[0].append(...keyed.map(({ row }) => row));
  };
  for (const table of document.querySelectorAll("table[data-sorts]")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, index) => {
      const button = head.querySelector("button");
      if (!button) return;
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        // Amounts first from the largest, names from the first.
        const next = before === "none" ? (head.classList.contains("n") ? "descending" : "ascending")
          : before === "ascending" ? "descending" : "ascending";
        for (const other of heads) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
        head.setAttribute("aria-sort", next);
        order(table, index, next === "descending");
      });
    });
  }

  // Every word has to be in the row.
  for (const input of document.querySelectorAll("input[data-filter]")) {
    const table = document.getElementById(input.dataset.filter);
    const output = document.querySelector(`output[data-shown="${input.dataset.filter}"]`);
    const rows = [...table.tBodies[0].rows];
    const number = new Intl.NumberFormat("en");
    let texts = null;
    input.addEventListener("input", () => {
      texts ??= rows.map((row) => row.textContent.toLowerCase());
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      rows.forEach((row, index) => {
        const matches = words.every((word) => texts[index].includes(word));
        row.hidden = !matches;
        count += matches;
      });
      output.textContent = `${number.format(count)} / ${number.format(rows.length)}`;
    });
  }
})();
