/* The interactive map: two views of one study that move together, their controls, legend and the page of a school.
   `SchoolplanMap.mount(element, document)` builds it all inside an element; the document is told in
   docs/guide/maps-interactive.md. It asks nothing of the network and knows nothing of the page around it. */
(function (scope) {
  "use strict";
  const parts = scope.SchoolplanMapView, models = scope.SchoolplanMapModel;
  const MOST = 64, MANY = 80, PLAY_MS = 900;
  let mounted = 0;

  function el(tag, attributes, children) {
    const made = document.createElement(tag);
    Object.keys(attributes || {}).forEach((name) => made.setAttribute(name, attributes[name]));
    (children || []).forEach((child) => made.append(child));
    return made;
  }

  function mount(root, data) {
    const model = models.Model(data), words = data.words, format = models.Format(words), say = format.say;
    mounted += 1;
    const id = String(mounted), plans = data.start.plans.slice();
    const state = { future: data.start.future, stage: data.start.stage, year: data.start.year, measure: data.start.measure };
    const whole = { x: model.wide / 2, y: model.high / 2, zoom: 1 };
    const box = Object.assign({}, whole);
    let chosen = -1, timer = 0, waiting = false, pointed = null;

    /* ---- views ---- */
    const stage = el("div", { "class": "imap-views" });
    const caption = el("p", { "class": "imap-caption" }), said = el("p", { "class": "imap-said", role: "status" });
    const tip = el("div", { "class": "imap-tip", "aria-hidden": "true", hidden: "" });
    const length = (metres) => say(metres < 1000 ? words.metres : words.km, { n: metres < 1000 ? metres : metres / 1000 });
    const tell = { id: id + "-", length: length, name: (side) => say(words.map, { plan: planName(side), year: data.year_names[state.year] }) };
    const planName = (side) => data.plans[plans[side]][1];
    const views = plans.map((_, side) => parts.View(side, model, tell));

    function repaint() {
      const others = views.map((view, side) => view.paint(state, plans[side]));
      slider.value = state.year;
      slider.setAttribute("aria-valuetext", data.year_names[state.year]);
      yearName.textContent = data.year_names[state.year];
      const measure = model.measure(state);
      caption.textContent = [data.year_names[state.year], data.stages[state.stage][1], data.futures[state.future][1], measure.drawn].join(" · ");
      drawLegend(legend);
      views.forEach((view, side) => { if (others[side]) { view.label(chosen); } });
      if (chosen >= 0) { drawPage(); }
      if (pointed) { showTip(pointed.thing, pointed.side, pointed.at); }
    }

    const shrink = () => Math.min(1, Math.sqrt(MANY / Math.max(data.schools.ids.length, 1)) * Math.sqrt(box.zoom));

    function replace() {
      views.forEach((view) => view.place(box, shrink()));
      views.forEach((view) => view.label(chosen));
    }

    /* Zoom and move: both views share the extent; drawing waits for the next frame. */
    function look(x, y, zoom) {
      box.zoom = Math.min(MOST, Math.max(1, zoom));
      const room = (size) => size / 2 * (1 - 1 / box.zoom) + 1e-9;
      box.x = Math.min(whole.x + room(model.wide), Math.max(whole.x - room(model.wide), x));
      box.y = Math.min(whole.y + room(model.high), Math.max(whole.y - room(model.high), y));
      if (waiting) { return; }
      waiting = true;
      requestAnimationFrame(function () {
        waiting = false;
        replace();
        drawLegend(legend);
        const kept = pointed && pointed.thing.school >= 0 && views[pointed.side].inside(views[pointed.side].screen(pointed.thing.school));
        if (kept) { showTip(pointed.thing, pointed.side, views[pointed.side].screen(pointed.thing.school)); } else { hideTip(); }
      });
    }

    function zoomAt(factor, view, at) {
      const zoom = Math.min(MOST, Math.max(1, box.zoom * factor)), seen = view.seen;
      const px = at ? at[0] : seen.wide / 2, py = at ? at[1] : seen.high / 2;
      const x = (px - seen.x) / seen.k, y = (py - seen.y) / seen.k, k = seen.k * zoom / box.zoom;
      look(x - (px - seen.wide / 2) / k, y - (py - seen.high / 2) / k, zoom);
    }

    const move = (view, dx, dy) => look(box.x - dx / view.seen.k, box.y - dy / view.seen.k, box.zoom);

    /* ---- numbers under the pointer, and of the school in focus: rows of a small table, or sentences to be said ---- */
    function rows(place, single) {
      const get = (name) => plans.map((plan) => model.value(name, state, plan, place));
      const range = (low, high) => low !== low || low === high ? "" : say(words.range, { low: format.whole(low), high: format.whole(high) });
      const out = [];
      if (single) {
        const low = get("low"), high = get("high");
        out.push([words.head_pupils, get("pupils").map((value, side) => format.whole(value) + range(low[side], high[side]))]);
        out.push([words.head_seats, get("seats").map(format.whole)]);
      }
      out.push([words.head_used, get("utilisation").map(format.share)]);
      if (model.hasChances) {
        out.push([words.head_size, get("size_breach").map(format.chance)], [words.head_class, get("class_breach").map(format.chance)]);
      }
      return out;
    }

    /* Of a unit: who serves it under each plan, and what these schools measure. */
    function unitRows(unit) {
      const places = plans.map((plan) => model.zone(state, plan, unit));
      const served = (place) => place < 0 ? words.unserved : model.members(place).map((school) => data.schools.names[school]).join(words.list);
      const of = places.map((place) => place < 0 ? null : rows(place, false));
      const known = of.find(Boolean) || [];
      return [[words.head_zone, places.map(served)]].concat(known.map((row, i) => [row[0], of.map((one, side) => one ? one[i][1][side] : words.nothing)]));
    }

    function told(thing) {
      if (thing.school >= 0) { return { name: data.schools.names[thing.school], rows: rows(thing.school, true) }; }
      const living = [words.head_living, plans.map((plan) => format.whole(model.living(state, plan, thing.unit)))];
      return { name: data.units.names[thing.unit], rows: [living].concat(model.zoned(state.stage) ? unitRows(thing.unit) : []) };
    }

    function sentences(thing) {
      const all = told(thing);
      return [all.name].concat(plans.map((_, side) => say(words.of_plan, {
        plan: planName(side), numbers: all.rows.map((row) => row[0] + " " + row[1][side]).join(words.join)
      }))).join(words.stop);
    }

    function tipOf(thing) {
      const all = told(thing), one = new Set(plans).size < 2;
      const take = (cells) => one ? cells.slice(0, 1) : cells;
      const line = (head, cells, tag) => el("tr", head === words.head_zone ? { "class": "wrap" } : {}, [el("th", {}, [head])].concat(take(cells).map((text) => el(tag, {}, [text]))));
      const table = [line("", plans.map((_, side) => planName(side)), "th")].concat(all.rows.map((row) => line(row[0], row[1], "td")));
      return [el("strong", {}, [all.name]), el("table", {}, table)];
    }

    function showTip(thing, side, at) {
      const view = views[side];
      pointed = { thing: thing, side: side, at: at };
      tip.replaceChildren(...tipOf(thing));
      tip.hidden = false;
      views.forEach((one) => one.mark(thing.school >= 0 ? thing.school : chosen, thing.unit >= 0 ? thing.unit : -1));
      const frame = view.root.offsetLeft, top = view.root.offsetTop, wide = tip.offsetWidth, high = tip.offsetHeight;
      const x = Math.min(Math.max(0, frame + at[0] - wide / 2), Math.max(0, stage.clientWidth - wide));
      const above = top + at[1] - high - 14;
      tip.style.left = x + "px";
      tip.style.top = (above >= -20 ? above : top + at[1] + 18) + "px";
    }

    function hideTip() {
      if (!pointed) { return; }
      pointed = null;
      tip.hidden = true;
      views.forEach((one) => one.mark(chosen, -1));
    }

    /* ---- what people do to a view ---- */
    function listen(view, side) {
      const down = new Map();
      let dragged = false, apart = 0;
      const at = function (event) {
        const frame = view.svg.getBoundingClientRect();
        return [(event.clientX - frame.left) * view.seen.wide / frame.width, (event.clientY - frame.top) * view.seen.high / frame.height];
      };
      view.svg.addEventListener("pointerdown", function (event) {
        if (event.button > 0) { return; }
        down.set(event.pointerId, at(event));
        dragged = false;
        apart = 0;
      });
      view.svg.addEventListener("pointermove", function (event) {
        const here = at(event), before = down.get(event.pointerId);
        if (!before) {
          const thing = view.thing(event.target);
          if (thing) { showTip(thing, side, here); } else { hideTip(); }
          return;
        }
        const dx = here[0] - before[0], dy = here[1] - before[1];
        if (!dragged && Math.abs(dx) + Math.abs(dy) < 5) { return; }
        if (!dragged) { dragged = true; view.svg.setPointerCapture(event.pointerId); }
        down.set(event.pointerId, here);
        if (down.size === 2) {
          const two = Array.from(down.values()), gap = Math.hypot(two[0][0] - two[1][0], two[0][1] - two[1][1]);
          if (apart > 0) { zoomAt(gap / apart, view, [(two[0][0] + two[1][0]) / 2, (two[0][1] + two[1][1]) / 2]); }
          apart = gap;
        } else { move(view, dx, dy); }
      });
      ["pointerup", "pointercancel"].forEach((name) => view.svg.addEventListener(name, (event) => down.delete(event.pointerId)));
      view.svg.addEventListener("pointerleave", (event) => { if (!down.has(event.pointerId)) { hideTip(); } });
      view.svg.addEventListener("click", function (event) {
        const thing = dragged ? null : view.thing(event.target);
        dragged = false;
        if (!thing) { return; }
        const school = thing.school >= 0 ? thing.school : model.members(model.zone(state, plans[side], thing.unit))[0];
        if (school >= 0) { choose(school, side, false); }
      });
      view.svg.addEventListener("dblclick", (event) => { event.preventDefault(); zoomAt(2, view, at(event)); });
      view.svg.addEventListener("wheel", function (event) {
        if (!event.ctrlKey && !view.svg.contains(document.activeElement)) { return; }
        event.preventDefault();
        zoomAt(Math.pow(2, -Math.sign(event.deltaY) / 2), view, at(event));
      }, { passive: false });
      // On the frame, not on the SVG: with a listener for focus the browser makes an SVG a stop of its own.
      view.root.addEventListener("focusin", function (event) {
        const thing = view.thing(event.target);
        if (!thing || !(thing.school >= 0)) { return; }
        view.setCurrent(thing.school);
        reveal(view, thing.school);
        showTip(thing, side, view.screen(thing.school));
        said.textContent = sentences(thing);
      });
      view.root.addEventListener("focusout", hideTip);
      view.root.addEventListener("keydown", (event) => key(event, view, side));
    }

    /* A school that is outside the extent is brought to its middle, at once: the tip must find it. */
    function reveal(view, school) {
      if (view.inside(view.screen(school))) { return; }
      look(model.schoolAt[school][0], model.schoolAt[school][1], box.zoom);
      replace();
    }

    const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

    function key(event, view, side) {
      const arrow = ARROWS[event.key];
      if (arrow && event.shiftKey) { move(view, -60 * arrow[0], -60 * arrow[1]); }
      else if (arrow) { if (view.current() >= 0) { view.focus(view.neighbour(arrow[0], arrow[1])); } }
      else if (event.key === "+" || event.key === "=") { zoomAt(1.5, view, view.current() >= 0 ? view.screen(view.current()) : null); }
      else if (event.key === "-") { zoomAt(1 / 1.5, view, null); }
      else if (event.key === "0") { look(whole.x, whole.y, 1); }
      else if (event.key === "Escape") { hideTip(); }
      else if ((event.key === "Enter" || event.key === " ") && view.current() >= 0) { choose(view.current(), side, true); }
      else { return; }
      event.preventDefault();
    }

    /* ---- controls ---- */
    let fields = 0;
    function select(name, choices, value, change) {
      fields += 1;
      const field = "imap-" + id + "-field-" + fields;
      const made = el("select", { id: field }, choices.map((text, i) => el("option", { value: i }, [text])));
      made.value = value;
      made.addEventListener("change", () => change(Number(made.value)));
      return el("span", { "class": "imap-choice" }, [el("label", { "for": field }, [name]), made]);
    }

    const button = function (name, text, act) {
      const made = el("button", { type: "button", "aria-label": name, title: name }, [text]);
      made.addEventListener("click", act);
      return made;
    };

    const slider = el("input", { type: "range", min: 0, max: data.years.length - 1, step: 1, "aria-label": words.year });
    const yearName = el("output", { "class": "imap-year" });
    const play = el("button", { type: "button", "class": "imap-play" }, [words.play]);
    slider.addEventListener("input", function () { stop(); state.year = Number(slider.value); repaint(); });

    function stop() {
      clearInterval(timer);
      timer = 0;
      play.textContent = words.play;
    }

    play.addEventListener("click", function () {
      if (timer) { stop(); return; }
      if (state.year === data.years.length - 1) { state.year = 0; repaint(); }
      play.textContent = words.pause;
      timer = setInterval(function () {
        state.year += 1;
        repaint();
        if (state.year === data.years.length - 1) { stop(); }
      }, PLAY_MS);
    });

    const set = (name) => (value) => { state[name] = value; repaint(); };
    const named = (list) => list.map((one) => one[1]);
    const controls = el("div", { "class": "imap-controls" });
    [["stage", words.stage, named(data.stages)], ["future", words.future, named(data.futures)], ["measure", words.measure, data.measures.map((one) => one.name)]]
      .forEach((one) => controls.append(select(one[1], one[2], state[one[0]], set(one[0]))));
    const order = data.schools.names.map((_, school) => school).sort((a, b) => data.schools.names[a].localeCompare(data.schools.names[b], data.lang));
    const find = select(words.find, [words.find_none].concat(order.map((school) => data.schools.names[school])), 0,
      (value) => { if (value > 0) { choose(order[value - 1], 0, false); } });
    controls.append(find);
    const years = el("div", { "class": "imap-years" }, [el("span", { "class": "imap-name" }, [words.year]), slider, yearName, play]);

    views.forEach(function (view, side) {
      const name = views.length < 2 ? words.plan : side ? words.side_b : words.side_a;
      const bar = el("div", { "class": "imap-bar" }, [
        select(name, named(data.plans), plans[side], function (value) { plans[side] = value; repaint(); }),
        el("div", { "class": "imap-zoom" }, [
          button(words.zoom_in, "+", () => zoomAt(1.6, view, null)),
          button(words.zoom_out, "−", () => zoomAt(1 / 1.6, view, null)),
          button(words.zoom_all, "⤢", () => look(whole.x, whole.y, 1))])]);
      stage.append(el("div", { "class": "imap-side" }, [bar, view.root]));
      listen(view, side);
    });
    stage.append(tip);

    /* ---- legend and the page of a school: see imap_page.js ---- */
    const legend = el("div", { "class": "imap-legend", role: "group", "aria-label": words.legend });
    const page = el("section", { "class": "imap-page", tabindex: -1, hidden: "" });
    const rest = scope.SchoolplanMapPage(model, format, state, plans, id);
    function drawLegend(into) { rest.legend(into, shrink()); }
    function drawPage() { rest.page(page, chosen, () => { close(); }); }
    const pick = el("p", { "class": "imap-pick", hidden: "" }), go = el("button", { type: "button" }, [words.to_page]);
    go.addEventListener("click", () => { page.focus(); page.scrollIntoView({ block: "start" }); });
    let back = 0;

    function choose(school, side, moveFocus) {
      chosen = school;
      back = side;
      find.querySelector("select").value = order.indexOf(school) + 1;
      page.hidden = false;
      drawPage();
      pick.hidden = false;
      pick.replaceChildren(say(words.chosen, { school: data.schools.names[school] }), " ", go);
      views.forEach((view) => { view.mark(school, -1); view.label(school); });
      if (moveFocus) { page.focus(); }
    }

    function close() {
      const school = chosen;
      chosen = -1;
      page.hidden = pick.hidden = true;
      find.querySelector("select").value = 0;
      views.forEach((view) => { view.mark(-1, -1); view.label(-1); });
      if (!views[back].focus(school)) { find.querySelector("select").focus(); }
    }

    page.addEventListener("keydown", (event) => { if (event.key === "Escape") { close(); } });
    root.replaceChildren(controls, years, caption, stage, pick, legend, el("p", { "class": "note imap-keys" }, [words.keys]), said, page);
    views.forEach((view) => view.measure());
    views.forEach((view) => view.place(box, shrink()));
    repaint();
    new ResizeObserver(() => { if (views.map((view) => view.measure()).some(Boolean)) { hideTip(); replace(); } }).observe(stage);
    return { state: state, plans: plans, box: box, repaint: repaint };
  }

  scope.SchoolplanMap = { mount: mount };
  document.querySelectorAll("[data-map]").forEach(function (root) {
    mount(root, JSON.parse(document.getElementById(root.dataset.map).textContent));
  });
}(window));
