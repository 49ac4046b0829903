/* Beside the views of the interactive map: its legend, and the page of a school with charts and numbers by year. */
(function (scope) {
  "use strict";
  const parts = scope.SchoolplanMapView, svg = parts.svg;
  const SIZES = [100, 500, 1500], WIDE = 340, HIGH = 120, LEFT = 40, BELOW = 16;

  function el(tag, attributes, children) {
    const made = document.createElement(tag);
    Object.keys(attributes || {}).forEach((name) => made.setAttribute(name, attributes[name]));
    (children || []).forEach((child) => made.append(child));
    return made;
  }

  scope.SchoolplanMapPage = function (model, format, state, plans, id) {
    const data = model.data, words = data.words, say = format.say;
    let drawn = "";

    function swatch(color, hatch, key) {
      const made = svg("svg", { width: 26, height: 16, "aria-hidden": "true", focusable: "false" });
      const name = "imap-key-" + id + key;
      if (hatch) { parts.pattern(svg("defs", {}, made), name, color, hatch); }
      svg("rect", { x: 0.5, y: 0.5, width: 25, height: 15, fill: hatch ? "url(#" + name + ")" : color, stroke: "#666" }, made);
      return made;
    }

    function symbol(draw, wide) {
      const made = svg("svg", { width: wide, height: 20, "aria-hidden": "true", focusable: "false" });
      draw(made);
      return made;
    }

    /* The legend of the measure shown; drawn again only when something in it changes. */
    function legend(into, small) {
      const measure = model.measure(state), zoned = model.zoned(state.stage), homes = measure.key === "homes";
      const key = [state.measure, state.stage, small.toFixed(2)].join();
      if (key === drawn) { return; }
      drawn = key;
      const item = (mark, text) => el("span", { "class": "imap-item" }, [mark, text]);
      const line = (look) => symbol((made) => svg("path", { d: "M1 10h24", "class": look }, made), 26);
      const steps = measure.steps.map((text, step) => item(swatch(measure.colors[step], measure.hatches[step], measure.key + step), text));
      steps.push(item(swatch("#ffffff", "--", "none"), words.unknown));
      const signs = SIZES.map(function (size) {
        const r = parts.radius(size, small), wide = Math.max(2 * r + 4, 10);
        return item(symbol((made) => svg("circle", { cx: wide / 2, cy: 10, r: r.toFixed(1), "class": "key" }, made), wide), say(words.circle, { n: format.whole(size) }));
      });
      if (data.schools.opened.some(Boolean)) {
        signs.push(item(symbol((made) => svg("path", { d: parts.STAR, "class": "star", transform: "translate(10 10.5) scale(1.35)" }, made), 20), words.star));
      }
      if (zoned) { signs.push(item(line("zones"), words.zone_border)); }
      signs.push(item(line("fine"), words.unit_border));
      const remark = zoned || homes ? [] : [say(words.coloured_schools, { stage: data.stages[state.stage][1] })];
      into.replaceChildren(
        el("div", {}, [el("span", { "class": "imap-name" }, [measure.drawn])].concat(steps)),
        el("div", {}, [el("span", { "class": "imap-name" }, [words.circles])].concat(signs, remark)));
    }

    const over = (name, plan, school) => Array.from(model.over(name, state, plan, school));

    /* Median, range and seats of a school under one plan; `top` is the height shared by both charts. */
    function chart(plan, school, top) {
      const lists = ["pupils", "low", "high", "seats"].map((name) => over(name, plan, school));
      const x = (i) => LEFT + (WIDE - LEFT - 8) * (data.years.length > 1 ? i / (data.years.length - 1) : 0.5);
      const y = (value) => 8 + (HIGH - 8 - BELOW) * (1 - value / top);
      const points = (values) => values.map((value, i) => [x(i), y(value)]).filter((point) => point[1] === point[1]);
      const text = (list) => list.map((point) => point[0].toFixed(1) + "," + point[1].toFixed(1)).join(" ");
      const known = data.years.map((_, i) => i).filter((i) => lists[0][i] === lists[0][i]);
      const first = known[0], last = known[known.length - 1], name = data.plans[plan][1];
      const label = known.length ? say(words.chart, {
        plan: name, start: format.whole(lists[0][first]), first: data.year_names[first], end: format.whole(lists[0][last]), last: data.year_names[last]
      }) : name + ": " + words.not_there;
      const made = svg("svg", { viewBox: "0 0 " + WIDE + " " + HIGH, "class": "imap-chart", role: "img", "aria-label": label });
      svg("path", { d: "M" + LEFT + " 8V" + (HIGH - BELOW) + "H" + (WIDE - 8), "class": "axis" }, made);
      svg("path", { d: "M" + x(state.year).toFixed(1) + " 8V" + (HIGH - BELOW), "class": "now" }, made);
      svg("polygon", { points: text(points(lists[1]).concat(points(lists[2]).reverse())), "class": "band" }, made);
      svg("polyline", { points: text(points(lists[3])), "class": "seats" }, made);
      svg("polyline", { points: text(points(lists[0])), "class": "median" }, made);
      const write = (at, value, anchor) => { svg("text", { x: at[0], y: at[1], "text-anchor": anchor, "font-size": 10.5 }, made).textContent = value; };
      write([LEFT - 4, 14], format.whole(top), "end");
      write([LEFT - 4, HIGH - BELOW + 3], "0", "end");
      write([LEFT, HIGH - 3], data.year_names[0], "start");
      write([WIDE - 8, HIGH - 3], data.year_names[data.years.length - 1], "end");
      return el("figure", {}, [el("figcaption", {}, [name]), made]);
    }

    /* A round number above every value of both plans. */
    function roof(values) {
      const most = Math.max(1, ...values.filter((value) => value === value)), ten = Math.pow(10, Math.floor(Math.log10(most)));
      return ten * [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * ten >= most);
    }

    function table(school) {
      const fields = [["head_pupils", "pupils", format.whole], ["head_range", "low", null], ["head_seats", "seats", format.whole], ["head_used", "utilisation", format.share]];
      if (model.hasChances) { fields.push(["head_size", "size_breach", format.chance], ["head_class", "class_breach", format.chance]); }
      const shown = Array.from(new Set(plans));
      const values = shown.map((plan) => ({ high: over("high", plan, school), fields: fields.map((one) => over(one[1], plan, school)) }));
      const cell = function (own, f, i) {
        const value = own.fields[f][i];
        if (fields[f][2]) { return fields[f][2](value); }
        return value !== value ? words.nothing : format.whole(value) + "–" + format.whole(own.high[i]);
      };
      const head = el("tr", {}, [el("th", { scope: "col", rowspan: 2 }, [words.head_year])].concat(shown.map((plan) => el("th", { scope: "colgroup", colspan: fields.length }, [data.plans[plan][1]]))));
      const second = el("tr", {}, shown.flatMap(() => fields.map((one) => el("th", { scope: "col", "class": "n" }, [words[one[0]]]))));
      const rows = data.year_names.map((name, i) => el("tr", i === state.year ? { "class": "now" } : {},
        [el("th", { scope: "row" }, [name])].concat(values.flatMap((own) => fields.map((_, f) => el("td", { "class": "n" }, [cell(own, f, i)]))))));
      const name = say(words.table, { school: data.schools.names[school] });
      return el("div", { "class": "scroll", tabindex: 0, role: "group", "aria-label": name },
        [el("table", {}, [el("caption", {}, [name + " · " + data.stages[state.stage][1] + " · " + data.futures[state.future][1]]), el("thead", {}, [head, second]), el("tbody", {}, rows)])]);
    }

    function page(into, school, close) {
      const name = data.schools.names[school], target = document.getElementById("school-" + data.schools.ids[school]);
      const shut = el("button", { type: "button" }, [words.close]);
      shut.addEventListener("click", close);
      const top = roof(plans.flatMap((plan) => ["high", "pupils", "seats"].flatMap((field) => over(field, plan, school))));
      const inside = [el("div", { "class": "imap-head" }, [el("h3", {}, [name]), shut])];
      if (!data.schools.at[school]) { inside.push(el("p", { "class": "note" }, [words.no_place])); }
      if (target) { inside.push(el("p", {}, [el("a", { href: "#" + target.id }, [words.to_section])])); }
      inside.push(el("div", { "class": "imap-charts" }, Array.from(new Set(plans)).map((plan) => chart(plan, school, top))));
      inside.push(el("p", { "class": "note" }, [words.chart_key]), table(school));
      const held = into.contains(document.activeElement) && document.activeElement !== into;
      into.setAttribute("aria-label", name);
      into.replaceChildren(...inside);
      if (held) { into.focus(); }
    }

    return { legend: legend, page: page };
  };
}(window));
