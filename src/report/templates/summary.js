"use strict";
(() => {
  const page = document.documentElement;
  const cards = [...document.querySelectorAll("article.event")];
  const form = document.querySelector("form.bar");
  const selects = form ? [...form.querySelectorAll("select")] : [];
  const dialog = document.getElementById("large");
  const shots = ["before", "moment", "moment-marked", "after"];
  const called = {
    vi: ["Trước", "Thời điểm, ảnh gốc", "Thời điểm, có đánh dấu", "Sau"],
    en: ["Before", "Moment, unmarked", "Moment, marked", "After"],
  };
  let large = null;

  // What the reader chose stands in the address, so that a link leads to the same view.
  const chosen = () => new URLSearchParams(location.hash.slice(1));
  function remember(change) {
    const now = chosen();
    for (const [key, value] of Object.entries(change)) {
      if (value) now.set(key, value); else now.delete(key);
    }
    const hash = "#" + now;
    if (hash !== location.hash) history.replaceState(null, "", hash);
  }

  function speak(lang) {
    page.dataset.lang = lang;
    page.lang = lang === "en" ? "en" : "vi";
    for (const b of document.querySelectorAll("[data-set-lang]")) {
      b.setAttribute("aria-pressed", String(b.dataset.setLang === lang));
    }
    for (const o of document.querySelectorAll("option[data-vi]")) {
      const { vi, en } = o.dataset;
      o.textContent = lang === "vi" ? vi : lang === "en" ? en : vi + " / " + en;
    }
  }

  const visible = () => cards.filter((c) => !c.hidden);

  function filter() {
    let any = false;
    for (const s of selects) {
      s.classList.toggle("set", s.value !== "");
      any ||= s.value !== "";
    }
    for (const c of cards) {
      c.hidden = selects.some((s) => s.value !== "" && c.dataset[s.name] !== s.value);
    }
    for (const b of document.querySelectorAll("[data-set]")) {
      const s = selects.find((x) => x.name === b.dataset.set);
      b.setAttribute("aria-pressed", String(s.value === b.dataset.value));
    }
    const left = visible().length;
    document.getElementById("shown").textContent = String(left);
    document.getElementById("none").hidden = left > 0 || cards.length === 0;
    form.querySelector("[type=reset]").hidden = !any;
  }

  function choose(name, value) {
    const s = selects.find((x) => x.name === name);
    s.value = s.value === value ? "" : value;
    remember({ [name]: s.value });
    filter();
  }

  function obey() {
    const now = chosen();
    const lang = now.get("lang");
    speak(lang === "vi" || lang === "en" ? lang : "both");
    if (!form) return;
    for (const s of selects) {
      const wanted = now.get(s.name) || "";
      s.value = [...s.options].some((o) => o.value === wanted) ? wanted : "";
    }
    filter();
    const card = cards.find((c) => c.dataset.id === now.get("event"));
    if (card && !card.hidden) show(card);
  }

  function show(card) {
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "start" });
  }

  function here() {
    const held = document.activeElement && document.activeElement.closest("article.event");
    if (held) return held;
    const edge = form.getBoundingClientRect().bottom;
    return visible().find((c) => c.getBoundingClientRect().bottom > edge + 40) || null;
  }

  function move(step) {
    const all = visible();
    const held = large ? large.card : document.activeElement && document.activeElement.closest("article.event");
    const at = all.indexOf(held || here());
    const next = all[held ? at + step : Math.max(at, 0)];
    if (!next) return;
    show(next);
    remember({ event: next.dataset.id });
    if (large) enlarge(next, large.shot);
  }

  function enlarge(card, shot) {
    large = { card, shot };
    const base = card.querySelector("a.still").getAttribute("href").replace(/[^/]*$/, "");
    const img = dialog.querySelector("img");
    img.src = base + shots[shot] + ".jpg";
    const title = card.querySelector("h3").innerText.replace(/\s+/g, " ").trim();
    const time = card.querySelector("header > time").textContent;
    dialog.querySelector(".caption").textContent = [called[page.lang][shot], title, time].join(" · ");
    img.alt = title;
    if (!dialog.open) dialog.showModal();
  }

  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || !form) return;
    if (e.target.closest("select, input, video, summary")) return;
    const key = e.key;
    if (key === "ArrowDown" || key === "j") move(1);
    else if (key === "ArrowUp" || key === "k") move(-1);
    else if (large && key === "ArrowRight") enlarge(large.card, (large.shot + 1) % shots.length);
    else if (large && key === "ArrowLeft") enlarge(large.card, (large.shot + 3) % shots.length);
    else if (e.target.closest("a, button")) return;
    else if (key === "Enter" && !large && here()) enlarge(here(), 2);
    else if (key === " " && !large && e.target.closest("article.event")) {
      const clip = here().querySelector("video");
      if (!clip) return;
      if (clip.paused) clip.play().catch(() => {}); else clip.pause();
    } else return;
    e.preventDefault();
  });

  document.addEventListener("click", (e) => {
    const lang = e.target.closest("[data-set-lang]");
    const tally = e.target.closest("[data-set]");
    const still = e.target.closest("a.still");
    if (lang) {
      speak(lang.dataset.setLang);
      remember({ lang: lang.dataset.setLang === "both" ? "" : lang.dataset.setLang });
    } else if (tally) {
      choose(tally.dataset.set, tally.dataset.value);
    } else if (still && !e.ctrlKey && !e.metaKey && !e.shiftKey) {
      e.preventDefault();
      const name = still.getAttribute("href").replace(/^.*\//, "").replace(".jpg", "");
      enlarge(still.closest("article.event"), shots.indexOf(name));
    } else if (e.target.closest("dialog .close")) {
      dialog.close();
    }
  });
  dialog.addEventListener("close", () => {
    const card = large && large.card;
    large = null;
    if (card) show(card);
  });

  // Errors of pictures do not bubble; they are caught on the way down.
  document.addEventListener("error", (e) => {
    const figure = e.target.closest && e.target.closest("figure");
    if (figure) figure.classList.add("gone");
  }, true);

  // A poster is loaded only when its clip comes near: there is no lazy loading for posters.
  const near = new IntersectionObserver((seen) => {
    for (const s of seen) {
      if (!s.isIntersecting) continue;
      s.target.poster = s.target.dataset.poster;
      near.unobserve(s.target);
    }
  }, { rootMargin: "600px" });
  for (const v of document.querySelectorAll("video[data-poster]")) near.observe(v);
  addEventListener("beforeprint", () => {
    for (const c of visible()) for (const i of c.querySelectorAll("img")) i.loading = "eager";
  });

  if (form) {
    form.addEventListener("change", (e) => {
      remember({ [e.target.name]: e.target.value });
      filter();
    });
    form.addEventListener("submit", (e) => e.preventDefault());
    form.addEventListener("reset", (e) => {
      e.preventDefault();
      for (const s of selects) s.value = "";
      remember({ kind: "", domain: "", camera: "" });
      filter();
    });
  }
  addEventListener("hashchange", obey);
  obey();
})();
