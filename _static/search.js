// Readers search in words of their own. The words of a section are those of its title and of its entries of the index;
// a section is found by the share of the asked words that it has, where a word that few sections have counts more.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const stemmer = new Stemmer();
  const telling = word => !stopwords.includes(word);
  const stems = text =>
    splitQuery(text.toLowerCase().replaceAll("_", " "))
      .filter(telling)
      .map(word => stemmer.stemWord(word));
  const sum = numbers => numbers.reduce((one, other) => one + other, 0);

  const gathered = () => {
    const { alltitles, indexentries } = Search._index;
    const sections = new Map();
    for (const [title, places] of Object.entries(alltitles)) {
      for (const [page, anchor] of places) {
        sections.set(`${page}#${anchor}`, { page, anchor, title, words: new Set(stems(title)), entries: new Set() });
      }
    }
    const entered = new Set();
    for (const [entry, places] of Object.entries(indexentries)) {
      for (const section of places.map(([page, anchor]) => sections.get(`${page}#${anchor}`)).filter(Boolean)) {
        stems(entry).forEach(word => section.words.add(word));
        section.entries.add(entry);
        entered.add(section);
      }
    }
    return [...entered];
  };

  const ranked = (sections, query) => {
    const asked = stems(query).filter(word => sections.some(section => section.words.has(word)));
    if (!asked.length) return [];
    const spread = word => sections.filter(section => section.words.has(word)).length;
    const weights = asked.map(word => Math.log(1 + sections.length / (1 + spread(word))));
    const share = ({ words }) => sum(weights.filter((_, place) => words.has(asked[place]))) / sum(weights);
    // Of sections that have all the words, those come first that have just this entry.
    const extra = ({ entries }) => (entries.has(query.toLowerCase().trim()) ? 0.005 : 0);
    const shares = sections.map(section => [section, share(section) + extra(section)]);
    shares.sort(([, one], [, other]) => other - one);
    return shares.filter(([, found]) => found > 0.3 && found > 0.6 * shares[0][1]).slice(0, 6);
  };

  const listed = ([{ page, anchor, title }, share]) => {
    const { docnames, filenames, titles } = Search._index;
    return [docnames[page], `${titles[page]} > ${title}`, `#${anchor}`, null, 99 * share, filenames[page]];
  };

  const hint = document.createElement("p");
  hint.innerHTML =
    'Does a run fail? <a href="back/when-a-run-fails.html">When a run fails</a> leads from what you see to its cause.';
  document.getElementById("search-results").before(hint);

  const whole = Search._performSearch;
  let sections;
  Search._performSearch = (query, ...parsed) => {
    sections ??= gathered();
    const own = ranked(sections, query).map(listed);
    const place = ([page, , anchor]) => page + anchor;
    const known = new Set(sections.map(({ page, anchor }) => `${Search._index.docnames[page]}#${anchor}`));
    const others = whole(query, ...parsed).filter(hit => !known.has(place(hit)));
    return [...others, ...own].sort(_orderResultsByScoreThenName);
  };
});
