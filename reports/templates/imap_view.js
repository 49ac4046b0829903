/* One view of the interactive map: the SVG of one plan. It draws what it is told and reports what people do to it. */
(function (scope) {
  "use strict";
  /* The namespace of SVG, taken from the browser: the page names no address. */
  const holder = document.createElement("template");
  holder.innerHTML = "<svg></svg>";
  const SVG = holder.content.firstChild.namespaceURI;
  const HATCH = { ".": "M2 2h1v1h-1zM5 5h1v1h-1z", "/": "M-1 1l2-2M0 6L6 0M5 7l2-2", x: "M0 0l6 6M6 0L0 6", "-": "M0 3h6" };
  const STAR = "M0-6L1.6-2.1 5.7-1.9 2.5.7 3.6 4.9 0 2.5-3.6 4.9-2.5.7-5.7-1.9-1.6-2.1z";
  const NAMES = 40, TRIED = 150, NAME_PX = 11.5, NO_DATA = -1;

  function svg(tag, attributes, parent) {
    const made = document.createElementNS(SVG, tag);
    Object.keys(attributes || {}).forEach((name) => made.setAttribute(name, attributes[name]));
    if (parent) { parent.appendChild(made); }
    return made;
  }

  /* A tile of 6 x 6 pixels: ground colour and hatching; "" = plain. */
  function pattern(defs, id, color, hatch) {
    const tile = svg("pattern", { id: id, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, defs);
    svg("rect", { width: 6, height: 6, fill: color }, tile);
    const sign = hatch.charAt(0), look = sign === "-" ? "#8c8c8c" : "#1a1a1a";
    const line = sign === "." ? { fill: look } : { stroke: look, "stroke-width": sign === "-" ? 0.7 : 0.9, fill: "none" };
    svg("path", Object.assign({ d: HATCH[sign] }, line), tile);
    return tile;
  }

  const radius = (pupils, small) => small * (1.9 + 0.146 * Math.sqrt(Math.max(pupils, 0)));

  const boxText = document.createElement("canvas").getContext("2d");

  function View(side, model, tell) {
    const root = document.createElement("div");
    root.className = "imap-view";
    const drawn = svg("svg", { role: "group" }, root), defs = svg("defs", {}, drawn);
    const ground = svg("g", { "class": "ground" }, drawn);
    const fills = svg("g", {}, ground);
    const units = model.unitPaths.map((d, unit) => svg("path", { d: d, "data-unit": unit, "fill-rule": "evenodd" }, fills));
    svg("path", { "class": "fine", d: model.border((unit) => unit) }, ground);
    const zones = svg("path", { "class": "zones" }, ground), outline = svg("path", { "class": "outline" }, ground);
    const points = svg("g", { "class": "schools" }, drawn), names = svg("g", { "class": "names", "aria-hidden": "true" }, drawn);
    const bar = svg("g", { "class": "scale", "aria-hidden": "true" }, drawn);
    const barLine = svg("path", {}, bar), barText = svg("text", { "font-size": 11, x: 8 }, bar);
    const schools = model.data.schools.names.map(function (name, school) {
      if (!model.schoolAt[school]) { return null; }
      const star = model.data.schools.opened[school];
      const made = svg("g", { "data-school": school, role: "button", tabindex: -1, "aria-label": name }, points);
      made.mark = star ? svg("path", { d: STAR, "class": "star" }, made) : svg("circle", {}, made);
      return made;
    });
    const widths = model.data.schools.names.map(() => 0);
    const seen = { wide: 1, high: 1, k: 1, x: 0, y: 0 };
    const colours = {};
    let fillOf = units.map(() => ""), zonesOf = "", small = 1, current = -1, marked = -1, shown = null, font = "";

    function paintOf(measure) {
      if (!colours[measure.key]) {
        const prefix = "imap-" + tell.id + side + "-", tiles = [];
        const paint = function (color, hatch, key) {
          if (!hatch) { return color; }
          tiles.push(pattern(defs, prefix + key, color, hatch));
          return "url(#" + prefix + key + ")";
        };
        const steps = measure.colors.map((color, step) => paint(color, measure.hatches[step], measure.key + step));
        colours[measure.key] = { steps: steps, none: paint("#ffffff", "--", measure.key + "none"), tiles: tiles };
        tiles.forEach((tile) => tile.setAttribute("patternTransform", "scale(" + 1 / seen.k + ")"));
      }
      const own = colours[measure.key];
      return (step) => step >= 0 ? own.steps[step] : step === NO_DATA ? own.none : "#ffffff";
    }

    /* Colours of units, borders of zones, sizes of schools: for a new year, plan, stage, future or measure.
       Returns whether other schools are there than before. */
    function paint(state, plan) {
      const fill = paintOf(model.measure(state)), zoned = model.zoned(state.stage);
      const homes = model.measure(state).key === "homes";
      units.forEach(function (unit, number) {
        const wanted = fill(zoned || homes ? model.unitStep(state, plan, number) : -2);
        if (wanted !== fillOf[number]) { unit.setAttribute("fill", wanted); fillOf[number] = wanted; }
      });
      const key = zoned ? units.map((_, unit) => model.zone(state, plan, unit)).join() : "none";
      if (key !== zonesOf) {
        zones.setAttribute("d", zoned ? model.border((unit) => model.zone(state, plan, unit)) : "");
        zonesOf = key;
      }
      shown = { state: state, plan: plan };
      let changed = false;
      schools.forEach(function (made, school) {
        if (!made) { return; }
        const there = model.there(state, plan, school);
        if (there !== made.there) { made.style.display = there ? "" : "none"; made.there = there; changed = true; }
        if (there && made.mark.tagName === "circle") {
          made.mark.setAttribute("fill", zoned || homes ? "#ffffff" : fill(model.schoolStep(state, plan, school)));
        }
      });
      sizes();
      if (current < 0 || !visible(current)) { setCurrent(schools.findIndex((_, school) => visible(school))); }
      drawn.setAttribute("aria-label", tell.name(side));
      if (marked >= 0) { mark(marked); }
      return changed;
    }

    const visible = (school) => Boolean(schools[school]) && schools[school].there === true;

    function sizes() {
      if (!shown) { return; }
      schools.forEach(function (made, school) {
        if (!visible(school)) { return; }
        const size = radius(model.value("pupils", shown.state, shown.plan, school), small);
        made.size = made.mark.tagName === "circle" ? size : Math.max(1.4 * size, 8 * small);
        const text = made.mark.tagName === "circle" ? size.toFixed(1) : "scale(" + (made.size / 6).toFixed(2) + ")";
        if (text === made.drawn) { return; }
        made.mark.setAttribute(made.mark.tagName === "circle" ? "r" : "transform", text);
        made.drawn = text;
      });
    }

    /* The size of the window, read only when it may have changed: reading it makes the browser lay out the page.
       Returns whether it has. */
    function measure() {
      const wide = Math.max(root.clientWidth, 120), high = Math.round(wide * Math.min(1.25, Math.max(0.55, model.high / model.wide)));
      const changed = wide !== seen.wide || high !== seen.high;
      if (changed) { drawn.setAttribute("viewBox", "0 0 " + wide + " " + high); }
      Object.assign(seen, { wide: wide, high: high });
      font = font || NAME_PX + "px " + getComputedStyle(root).fontFamily;
      return changed;
    }

    /* Where things are, for a new extent or window; `small` shrinks the symbols of many schools. */
    function place(box, shrink) {
      const k = 0.97 * Math.min(seen.wide / model.wide, seen.high / model.high) * box.zoom;
      Object.assign(seen, { k: k, x: seen.wide / 2 - box.x * k, y: seen.high / 2 - box.y * k });
      ground.setAttribute("transform", "translate(" + seen.x.toFixed(2) + " " + seen.y.toFixed(2) + ") scale(" + k + ")");
      Object.values(colours).forEach((own) => own.tiles.forEach((tile) => tile.setAttribute("patternTransform", "scale(" + 1 / k + ")")));
      if (shrink !== small) { small = shrink; sizes(); }
      schools.forEach(function (made, school) {
        if (!made) { return; }
        const at = screen(school);
        made.setAttribute("transform", "translate(" + at[0].toFixed(1) + " " + at[1].toFixed(1) + ")");
      });
      scaleBar();
      drawn.style.touchAction = box.zoom > 1.01 ? "none" : "pan-y";
    }

    /* A round length near a fifth of the width, lower left. */
    function scaleBar() {
      const metres = seen.wide / 5 / seen.k * model.data.ground.step, ten = Math.pow(10, Math.floor(Math.log10(metres)));
      const length = ten * [5, 2, 1].find((step) => step * ten <= metres), wide = length / model.data.ground.step * seen.k;
      barLine.setAttribute("d", "M8 " + (seen.high - 12) + "v5h" + wide.toFixed(1) + "v-5");
      barText.setAttribute("y", seen.high - 15);
      barText.textContent = tell.length(length);
    }

    const screen = (school) => [seen.x + model.schoolAt[school][0] * seen.k, seen.y + model.schoolAt[school][1] * seen.k];
    const inside = (at) => at[0] > 4 && at[1] > 4 && at[0] < seen.wide - 4 && at[1] < seen.high - 4;

    /* Names of schools where they have room: the chosen one, new ones, then the largest. */
    function label(chosen) {
      if (!shown) { return; }
      boxText.font = font;
      const seenNow = [], rank = [], boxes = [], texts = [];
      schools.forEach(function (_, school) {
        if (!visible(school)) { return; }
        const at = screen(school), size = (schools[school].size || 4) - 1;
        if (!inside(at)) { return; }
        seenNow.push(school);
        rank[school] = school === chosen ? 1e9 : model.data.schools.opened[school] ? 1e8 : model.value("pupils", shown.state, shown.plan, school);
        boxes.push([at[0] - size, at[1] - size, at[0] + size, at[1] + size]);
      });
      seenNow.sort((one, other) => rank[other] - rank[one]);
      const free = (box) => box[1] > 0 && box[3] < seen.high && !boxes.some((other) => hits(box, other));
      for (let i = 0; i < Math.min(seenNow.length, TRIED) && texts.length < NAMES; i += 1) {
        const school = seenNow[i], at = screen(school), size = schools[school].size || 4;
        widths[school] = widths[school] || boxText.measureText(model.data.schools.names[school]).width + 4;
        const half = widths[school] / 2, room = NAME_PX + 2, x = Math.min(Math.max(at[0], half + 1), seen.wide - half - 1);
        const box = [at[1] - size - room, at[1] + size].map((top) => [x - half, top, x + half, top + room]).find(free);
        if (box && widths[school] < seen.wide) {
          boxes.push(box);
          texts.push([school, x, box[3] - 3]);
        }
      }
      while (names.childNodes.length < texts.length) { svg("text", { "font-size": NAME_PX, "text-anchor": "middle" }, names); }
      Array.from(names.childNodes).forEach(function (node, i) {
        node.style.display = i < texts.length ? "" : "none";
        if (i < texts.length) {
          node.textContent = model.data.schools.names[texts[i][0]];
          node.setAttribute("x", texts[i][1].toFixed(1));
          node.setAttribute("y", texts[i][2].toFixed(1));
        }
      });
    }

    const hits = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

    /* Heavy border around the units of a school (or one unit alone), and a ring on the school. */
    function mark(school, unit) {
      if (schools[marked]) { schools[marked].classList.remove("marked"); }
      marked = school;
      if (schools[marked]) { schools[marked].classList.add("marked"); }
      if (!shown) { return; }
      const mine = (one) => model.members(model.zone(shown.state, shown.plan, one)).indexOf(school) >= 0;
      const zoned = model.zoned(shown.state.stage);
      const picked = unit >= 0 ? (one) => one === unit : school >= 0 && zoned ? mine : null;
      outline.setAttribute("d", picked ? model.outline(picked) : "");
    }

    function setCurrent(school) {
      if (schools[current]) { schools[current].setAttribute("tabindex", -1); }
      current = school;
      if (schools[current]) { schools[current].setAttribute("tabindex", 0); drawn.removeAttribute("tabindex"); }
      else { drawn.setAttribute("tabindex", 0); }
    }

    /* The nearest school in a direction: ahead counts once, aside twice. */
    function neighbour(dx, dy) {
      const from = screen(current);
      let best = -1, least = Infinity;
      schools.forEach(function (_, school) {
        if (school === current || !visible(school)) { return; }
        const at = screen(school), ahead = (at[0] - from[0]) * dx + (at[1] - from[1]) * dy;
        const aside = Math.abs((at[0] - from[0]) * dy) + Math.abs((at[1] - from[1]) * dx);
        if (ahead > 0.01 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = school; }
      });
      return best;
    }

    function focus(school) {
      if (!visible(school)) { return false; }
      setCurrent(school);
      schools[school].focus({ preventScroll: true });
      return true;
    }

    return {
      root: root, svg: drawn, paint: paint, measure: measure, place: place, label: label, mark: mark, focus: focus, neighbour: neighbour,
      screen: screen, inside: inside, seen: seen, setCurrent: setCurrent, current: () => current, visible: visible,
      thing: function (target) {
        const found = target.closest ? target.closest("[data-school],[data-unit]") : null;
        if (!found) { return null; }
        return found.hasAttribute("data-school") ? { school: Number(found.dataset.school) } : { unit: Number(found.dataset.unit) };
      }
    };
  }

  scope.SchoolplanMapView = { View: View, svg: svg, pattern: pattern, radius: radius, STAR: STAR };
}(window));
