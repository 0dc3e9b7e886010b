// Sort and filter tables, fit them to the page, and show the texts of marks beside the pointer. Without this script, the page can still be read.
for (const table of document.querySelectorAll("table.sortable")) {
  if (table.tBodies[0].rows.length > 1) {
    new DataTable(table, {
      paging: false, info: false, order: [], autoWidth: false,
      layout: { topStart: "search", topEnd: null, bottomStart: null, bottomEnd: null },
      language: { search: "Filter: ", zeroRecords: "No row matches." },
    });
  }
}

function fit() {
  for (const box of document.querySelectorAll(".scroll:has(table)")) {
    box.classList.remove("cards");
    box.classList.toggle("cards", box.querySelector("table").scrollWidth > box.clientWidth + 1);
  }
}
addEventListener("resize", fit);
fit();

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark", dark.matches);
dark.addEventListener("change", follow);
follow();

const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
tip.setAttribute("role", "status");
document.body.append(tip);
for (const title of document.querySelectorAll(".mark > title")) {
  title.parentElement.dataset.tip = title.textContent;
  title.remove();
}

function show(event) {
  const mark = event.target.closest?.(".mark");
  tip.hidden = !mark;
  if (mark) {
    tip.textContent = mark.dataset.tip;
    const left = Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8);
    tip.style.left = `${scrollX + Math.max(8, left)}px`;
    tip.style.top = `${scrollY + event.clientY + 14}px`;
  }
}
document.addEventListener("pointermove", show);
document.addEventListener("pointerdown", show);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
