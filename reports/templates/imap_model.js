/* The document of the interactive map, read: shapes as SVG paths, series as numbers, measures as steps of colour.
   Nothing here touches the page. Made by reports/interactive_data.py; keys are told in docs/guide/maps-interactive.md. */
(function (scope) {
  "use strict";
  const FORMAT = 1;

  /* Lines as arrays of points (y upwards in the document, downwards on the screen). */
  function decodeLines(ground) {
    return ground.lines.map(function (line) {
      const points = [];
      let x = 0, y = 0;
      for (let i = 0; i < line.length; i += 2) {
        x += line[i];
        y += line[i + 1];
        points.push([x, ground.high - y]);
      }
      return points;
    });
  }

  const pathOf = (points, closed) => "M" + points.map((p) => p[0] + " " + p[1]).join("L") + (closed ? "Z" : "");

  /* A ring: its lines end to end, the point they share once; ~i is line i backwards. */
  function ringPoints(ring, lines) {
    const points = [];
    ring.forEach(function (number) {
      const line = number < 0 ? lines[~number].slice().reverse() : lines[number];
      for (let i = points.length ? 1 : 0; i < line.length; i += 1) { points.push(line[i]); }
    });
    return points;
  }

  /* Numbers over the years from differences; null = no number, what is left out at the end = no change. */
  function decodeSeries(steps, years) {
    const values = new Float64Array(years);
    let last = 0;
    for (let i = 0; i < years; i += 1) {
      const step = i < steps.length ? steps[i] : 0;
      if (step === null) { values[i] = NaN; } else { last += step; values[i] = last; }
    }
    return values;
  }

  /* Number of the step of a value: one at a break belongs below it; -1 = no data. */
  function stepOf(breaks, value) {
    if (!(value === value)) { return -1; }
    let step = 0;
    while (step < breaks.length && value > breaks[step]) { step += 1; }
    return step;
  }

  function Model(data) {
    if (data.format !== FORMAT) { throw new Error("map: format " + data.format + ", expected " + FORMAT); }
    const lines = decodeLines(data.ground), stages = data.stages.length, plans = data.plans.length;
    const cache = new Map();
    const series = function (number) {
      if (!cache.has(number)) { cache.set(number, decodeSeries(data.series[number], data.years.length)); }
      return cache.get(number);
    };
    const caseOf = (state, plan) => state.future * plans + plan;
    const zoned = (stage) => data.stages[stage][2];
    const beside = lines.map(() => []);
    data.ground.rings.forEach(function (rings, unit) {
      rings.forEach((ring) => ring.forEach((number) => beside[number < 0 ? ~number : number].push(unit)));
    });
    const field = (name, state, plan, place) => series(data.values[name][caseOf(state, plan)][state.stage][place]);
    const self = {
      data: data,
      wide: Math.max(data.ground.wide, 1),
      high: Math.max(data.ground.high, 1),
      unitPaths: data.ground.rings.map((rings) => rings.map((ring) => pathOf(ringPoints(ring, lines), true)).join("")),
      linePaths: lines.map((points) => pathOf(points, false)),
      beside: beside,
      schoolAt: data.schools.at.map((at) => at === null ? null : [at[0], data.ground.high - at[1]]),
      zoned: zoned,
      stages: stages,
      hasChances: Object.prototype.hasOwnProperty.call(data.values, "size_breach"),
      measure: (state) => data.measures[state.measure],
      has: (name) => Object.prototype.hasOwnProperty.call(data.values, name),
      /* What a school (or set of schools that share a zone) measures: numbers over the years. */
      over: field,
      value: (name, state, plan, place) => field(name, state, plan, place)[state.year],
      /* Place that serves a unit in the year of the state: a school, a set of schools, or -1. */
      zone: (state, plan, unit) => series(data.zones[caseOf(state, plan)][state.stage][unit])[state.year],
      living: (state, plan, unit) => series(data.homes[caseOf(state, plan)][state.stage][unit])[state.year],
      /* Schools of a place. */
      members: (place) => place < 0 ? [] : place < data.schools.ids.length ? [place] : data.sets[place - data.schools.ids.length],
      /* Step of a unit in the measure of the state; -1 = no data, -2 = nobody serves it. */
      unitStep: function (state, plan, unit) {
        const measure = self.measure(state);
        if (measure.key === "homes") {
          return stepOf(measure.breaks, self.living(state, plan, unit) / data.units.area[unit]);
        }
        const place = self.zone(state, plan, unit);
        return place < 0 ? -2 : stepOf(measure.breaks, self.value(measure.key, state, plan, place));
      },
      schoolStep: function (state, plan, school) {
        const measure = self.measure(state);
        return measure.key === "homes" ? -2 : stepOf(measure.breaks, self.value(measure.key, state, plan, school));
      },
      /* Schools with pupils of the stage in the year. */
      there: (state, plan, school) => self.value("pupils", state, plan, school) > 0,
      /* Path of all lines with different answers of `of` on their two sides (an outer side answers undefined). */
      border: function (of) {
        const answers = data.ground.rings.map((_, unit) => of(unit));
        let path = "";
        self.beside.forEach(function (units, number) {
          if (units.length < 2 || units.some((unit) => answers[unit] !== answers[units[0]])) {
            path += self.linePaths[number];
          }
        });
        return path;
      },
      /* Border of the units that a test picks. */
      outline: function (picked) {
        let path = "";
        self.beside.forEach(function (units, number) {
          if (units.filter(picked).length === 1) { path += self.linePaths[number]; }
        });
        return path;
      }
    };
    return self;
  }

  /* Numbers as the rest of the report writes them. */
  function Format(words) {
    const none = (value) => value === null || value === undefined || value !== value;
    const whole = (value) => none(value) ? words.nothing
      : String(Math.abs(Math.round(value))).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    return {
      whole: whole,
      share: (value) => none(value) ? words.nothing : whole(Math.floor(value / 10 + 0.5)) + words.percent_sign,
      /* A simulation never knows 0 or 1. */
      chance: (value) => none(value) ? words.nothing
        : (value < 10 ? "<1" : value > 990 ? ">99" : String(Math.floor(value / 10 + 0.5))) + words.percent_sign,
      say: (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => name in values ? values[name] : all)
    };
  }

  scope.SchoolplanMapModel = { Model: Model, Format: Format, stepOf: stepOf, decodeSeries: decodeSeries };
}(window));
