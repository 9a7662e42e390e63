// What tests/examples/report.py asks of a page in Chromium.
(() => {
  const isShown = (element) => element.getClientRects().length > 0;
  const squeeze = (text) => text.replace(/\s+/g, " ").trim();

  const cellOf = (cell) => {
    const copy = cell.cloneNode(true);
    const small = copy.querySelector("small");
    if (small) small.remove();
    return [squeeze(copy.textContent), small ? squeeze(small.textContent) : ""];
  };

  const tables = {};
  for (const table of document.querySelectorAll("table")) {
    tables[table.id] = [...table.tBodies[0].rows].map((row) => [...row.cells].map(cellOf));
  }

  // In per cent, what is drawn in the rows of a table: lengths of bars, places of dots.
  const strips = {};
  for (const table of document.querySelectorAll(".list")) {
    strips[table.id] = [...table.querySelectorAll(".strip")].map((svg) =>
      [...svg.querySelectorAll("rect, circle")].map((shape) => parseFloat(shape.getAttribute(shape.tagName === "rect" ? "width" : "cx"))));
  }
  const bars = [...document.querySelectorAll("#pyramid-picture .wide rect:not([rx='5'])")].map((bar) =>
    Number(bar.getAttribute("width")));

  const pictures = {};
  for (const figure of document.querySelectorAll("figure")) {
    pictures[figure.id] = [...figure.querySelectorAll(".wide text")].map((text) => squeeze(text.textContent));
  }

  // Texts that leave their picture or stand on each other.
  const faults = [];
  for (const svg of document.querySelectorAll("svg[viewBox]")) {
    if (!isShown(svg)) continue;
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    const boxes = [...svg.querySelectorAll("text")].map((text) => {
      const box = text.getBBox();
      return { text: text.textContent, left: box.x, right: box.x + box.width, top: box.y, bottom: box.y + box.height };
    });
    const name = svg.querySelector("title").textContent;
    boxes.forEach((a, i) => {
      if (a.left < -1 || a.right > width + 1 || a.top < -1 || a.bottom > height + 1) {
        faults.push(`${name}: '${a.text}' leaves the picture`);
      }
      for (const b of boxes.slice(i + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        // A line's box is a few pixels higher than its letters.
        if (across > 1 && down > 4) faults.push(`${name}: '${a.text}' stands on '${b.text}'`);
      }
    });
    if (!svg.getAttribute("aria-labelledby").split(" ").every((id) => document.getElementById(id))) {
      faults.push(`${name}: not named for who cannot see it`);
    }
  }
  for (const element of document.querySelectorAll("h1, h2, p, .tile, .list, .list td, .list th, figcaption")) {
    const isHead = element.closest("thead") && getComputedStyle(element.closest("thead")).position === "absolute";
    if (isShown(element) && !isHead && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1) {
      faults.push(`${element.className || element.tagName} is too narrow for '${squeeze(element.textContent)}'`);
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids)) {
    if (ids.filter((other) => other === id).length > 1) faults.push(`id ${id} is there twice`);
  }

  // Contrast of texts with what they stand on, WCAG 2.
  const colour = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const over = (top, below) => {
    const alpha = top[3] ?? 1;
    return [0, 1, 2].map((i) => top[i] * alpha + below[i] * (1 - alpha));
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const ground = colour(getComputedStyle(at).backgroundColor);
      if (ground.length === 3) return ground;
    }
    return [255, 255, 255];
  };
  const pale = new Map();
  const compare = (front, back, what) => {
    const ratio = contrast(front, back);
    if (ratio < 4.5) pale.set(`${what}: contrast ${ratio.toFixed(2)}`, true);
  };
  for (const element of document.querySelectorAll("h1, h2, h3, p, span, b, th, td, small, figcaption")) {
    if (!isShown(element) || !squeeze(element.textContent)) continue;
    compare(colour(getComputedStyle(element).color), groundOf(element), element.className || element.tagName);
  }
  for (const text of document.querySelectorAll("svg text")) {
    if (!isShown(text)) continue;
    let ground = groundOf(text.ownerSVGElement);
    const before = text.previousElementSibling;
    if (before && (text.matches(".on") || (before.matches(".heat")))) {
      const style = getComputedStyle(before);
      ground = over([...colour(style.fill), Number(style.fillOpacity)], ground);
    }
    compare(colour(getComputedStyle(text).fill), ground, `svg ${text.getAttribute("class")} '${text.textContent}'`);
  }

  const root = document.documentElement;
  return {
    tables, pictures, strips, bars, faults, pale: [...pale.keys()],
    text: document.body.innerText,
    tiles: Object.fromEntries([...document.querySelectorAll(".tile")].map((tile) =>
      [tile.querySelector("span").textContent, squeeze(tile.querySelector("b").textContent)])),
    leads: Object.fromEntries([...document.querySelectorAll("section")].map((section) =>
      [section.id, squeeze(section.querySelector(".lead")?.textContent ?? "")])),
    width: root.scrollWidth, window: innerWidth,
    tallest: Math.max(0, ...[...document.querySelectorAll(".pair")].map((pair) => pair.getBoundingClientRect().height)),
    ground: getComputedStyle(document.body).getPropertyValue("--card").trim(),
    foreign: document.querySelectorAll("script, iframe, img, object, embed, video, audio, b b, i, friends").length,
  };
})()
