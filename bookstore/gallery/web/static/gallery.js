/* Improves what works without it: search boxes suggest titles and tags, and a notebook goes on where
   its first cells end. */
"use strict";

(() => {
  const PAUSE_MS = 150;

  // On a host that pages of others share, what a script asks for has to carry the mark of forms.
  const mark = document.querySelector("meta[name=form-mark]");
  const ask = (url) => fetch(url, mark ? { headers: { "X-XSRFToken": mark.content } } : {});

  const suggestTo = (input, url) => {
    const list = document.createElement("datalist");
    list.id = `${input.id || input.name}-suggestions`;
    input.after(list);
    input.setAttribute("list", list.id);
    let timer = 0;
    let asked = "";

    const suggest = async () => {
      const typed = input.value;
      if (typed === asked || !typed.trim()) return;
      asked = typed;
      const response = await ask(`${url}?q=${encodeURIComponent(typed)}`);
      if (!response.ok || input.value !== typed) return;
      const { titles, tags } = await response.json();
      const options = [...titles, ...tags.map((tag) => `tag:${tag}`)].map((value) => {
        const option = document.createElement("option");
        option.value = value;
        return option;
      });
      list.replaceChildren(...options);
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      // Nobody misses suggestions that a lost connection brings no more.
      timer = setTimeout(() => suggest().catch(() => {}), PAUSE_MS);
    });
  };

  for (const form of document.querySelectorAll("form[data-suggestions]")) {
    suggestTo(form.querySelector("input[type=search]"), form.dataset.suggestions);
  }

  const goOn = (cells) => {
    const observer = new IntersectionObserver(async (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      const more = document.getElementById("more-cells");
      observer.disconnect();
      try {
        const response = await ask(more.querySelector("a").href);
        if (!response.ok) return; // the link is still there
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        cells.append(...page.getElementById("cells").children);
        const next = page.getElementById("more-cells");
        if (next) more.replaceWith(next);
        else more.remove();
        follow();
      } catch {
        // The link is still there.
      }
    });
    const follow = () => {
      const more = document.getElementById("more-cells");
      if (more) observer.observe(more);
    };
    follow();
  };

  const cells = document.getElementById("cells");
  if (cells) goOn(cells);
})();
