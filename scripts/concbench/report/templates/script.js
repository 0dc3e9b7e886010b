// Sort, filter and copy tables, filter claims, mark the reader's place in the contents, unfold what a link leads to, and show
// the texts of marks beside the pointer. Without this script, the page can still be read.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const made = (tag, className, ...content) => {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...content);
  return element;
};

// Tables. Those in folded parts are set up when they are unfolded.
function markdown(table) {
  const text = (cell) => cell.textContent.trim().replace(/\s+/g, " ").replace(/[\\|<]/g, "\\$&");
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const head = [...table.tHead.rows[0].cells];
  const body = [...table.tBodies[0].rows].filter((row) => row.cells.length === head.length);
  const rule = head.map((_, place) => (body[0]?.cells[place].classList.contains("number") ? "--:" : ":--"));
  return [head.map(text), rule, ...body.map((row) => [...row.cells].map(text))].map(line).join("\n") + "\n";
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = made("textarea", "hidden");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

function tools(table) {
  const button = made("button", "copy", "Copy as Markdown");
  button.addEventListener("click", async () => {
    await copy(markdown(table));
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy as Markdown"; }, 2000);
  });
  const columns = made("button", "all-columns", "All columns");
  columns.addEventListener("click", () => {
    columns.textContent = table.closest(".scroll").classList.toggle("whole") ? "Fewer columns" : "All columns";
    fit();
  });
  for (const one of [button, columns]) {
    one.type = "button";
  }
  return made("div", "tools", button, ...(table.querySelector(".further") ? [columns] : []));
}

function equip(table) {
  if (table.dataset.equipped || table.closest("details:not([open])")) return;
  table.dataset.equipped = "yes";
  if (table.tBodies[0].rows.length < 2) {
    table.before(tools(table));
    return;
  }
  new DataTable(table, {
    paging: false, info: false, order: [], autoWidth: false,
    layout: { topStart: "search", topEnd: () => tools(table), bottomStart: null, bottomEnd: null },
    language: { search: "Filter: ", zeroRecords: "No row matches." },
  });
}

function fit() {
  for (const box of all(".scroll:has(table)")) {
    const table = box.querySelector("table");
    const isTooWide = () => table.scrollWidth > box.clientWidth + 1;
    box.classList.remove("cards", "brief");
    box.classList.toggle("brief", !box.classList.contains("whole") && isTooWide());
    box.classList.toggle("cards", isTooWide());
  }
}

function setUp() {
  all("table.sortable").forEach(equip);
  fit();
}
addEventListener("resize", fit);
document.addEventListener("toggle", setUp, true);

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark", dark.matches);
dark.addEventListener("change", follow);
follow();

// Claims: leave those that have the words and the verdict.
const cards = all(".claim");
const words = made("input", "");
const verdict = made("select", "", ...["all verdicts", ...new Set(cards.map((card) => card.dataset.verdict))].map(
  (name) => made("option", "", name)));
const left = made("output", "");

function filter() {
  const wanted = words.value.toLowerCase().split(/\s+/);
  for (const card of cards) {
    const text = card.textContent.toLowerCase();
    const ofVerdict = verdict.selectedIndex === 0 || card.dataset.verdict === verdict.value;
    card.hidden = !ofVerdict || !wanted.every((word) => text.includes(word));
  }
  left.textContent = `${cards.filter((card) => !card.hidden).length} of ${cards.length}`;
}

if (cards.length) {
  words.type = "search";
  verdict.setAttribute("aria-label", "Verdict");
  words.addEventListener("input", filter);
  verdict.addEventListener("change", filter);
  document.querySelector(".claims").before(made("div", "tools", made("label", "", "Filter: ", words), verdict, left));
  filter();
}

// Links: unfold what the address names, and show it.
function showTarget() {
  const part = document.getElementById(location.hash.slice(1));
  if (!part) return;
  if (part.hidden) {
    words.value = "";
    verdict.selectedIndex = 0;
    filter();
  }
  for (let fold = part.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
  if (part.matches(".claim")) {
    part.querySelector("details").open = true;
  }
  setUp();
  part.scrollIntoView();
}
addEventListener("hashchange", showTarget);
document.addEventListener("click", (event) => {
  if (event.target.closest?.("a")?.getAttribute("href") === location.hash) showTarget();
});

// Contents: mark where the reader is.
const contents = document.querySelector(".contents");
const entries = all("a", contents).map((link) => [link, document.getElementById(link.hash.slice(1))]);
const wide = matchMedia("(min-width: 64rem)");
const arrange = () => { contents.open = wide.matches; };
wide.addEventListener("change", arrange);
arrange();
contents.addEventListener("click", (event) => {
  if (event.target.closest("a")) arrange();
});

function mark() {
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  const passed = entries.filter(([, part]) => part.getBoundingClientRect().top <= 100); // below the contents of narrow pages
  const [here] = (atEnd && scrollY > 0 ? entries : passed).at(-1) ?? entries[0];
  if (here.hasAttribute("aria-current")) return;
  entries.forEach(([link]) => link.removeAttribute("aria-current"));
  here.setAttribute("aria-current", "location");
  contents.querySelector(".here").textContent = here.textContent;
  if (wide.matches) here.scrollIntoView({ block: "nearest" });
}
let waiting = false;
addEventListener("scroll", () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; mark(); });
}, { passive: true });

// Marks: their texts beside the pointer.
const tip = made("div", "tip");
tip.hidden = true;
tip.setAttribute("role", "status");
document.body.append(tip);
for (const title of all(".mark > title")) {
  title.parentElement.dataset.tip = title.textContent;
  title.remove();
}

function show(event) {
  const shown = event.target.closest?.(".mark");
  tip.hidden = !shown;
  if (shown) {
    tip.textContent = shown.dataset.tip;
    const from = Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8);
    tip.style.left = `${scrollX + Math.max(8, from)}px`;
    tip.style.top = `${scrollY + event.clientY + 14}px`;
  }
}
document.addEventListener("pointermove", show);
document.addEventListener("pointerdown", show);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });

setUp();
showTarget();
mark();
