// Hides what does not have every word that is typed; titles that have them come first.
"use strict";
const wanted = document.getElementById("wanted");
const sections = [...document.querySelectorAll("section")].map((section) => ({
  section,
  list: section.querySelector("ul"),
  items: [...section.querySelectorAll("li")].map((item) => {
    const title = item.querySelector("a").textContent.toLowerCase();
    return { item, title, words: title + " " + item.textContent.toLowerCase() + " " + item.dataset.words };
  }),
}));
function search() {
  const words = wanted.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const { section, list, items } of sections) {
    const found = items.filter(({ words: own }) => words.every((word) => own.includes(word)));
    const score = ({ title }) => words.filter((word) => title.includes(word)).length;
    const order = [...items].sort((a, b) => score(b) - score(a));
    for (const one of order) {
      one.item.hidden = !found.includes(one);
      list.append(one.item);
    }
    section.hidden = found.length === 0;
  }
}
wanted.hidden = false;
wanted.addEventListener("input", search);
