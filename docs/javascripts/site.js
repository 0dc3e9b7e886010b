// Show a table that is wider than the page as cards: each cell below the others, after the name of its column.
function fit() {
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap")) {
    const names = [...box.querySelectorAll("th")].map((head) => head.textContent);
    for (const row of box.querySelectorAll("tbody tr")) {
      [...row.cells].forEach((cell, place) => { cell.dataset.column = names[place]; });
    }
    box.classList.remove("cards");
    box.classList.toggle("cards", box.scrollWidth > box.clientWidth + 1);
  }
}
addEventListener("resize", fit);
addEventListener("load", fit);
