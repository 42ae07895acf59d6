// The corners of a set: on which face the best allowed point lies, and on which the free minimum is repaired to.
// A symmetric matrix of two rows is a triple, its entries 11, 12 and 22; a face is the numbers of its corners.
import { besideBound, FORMS, shareOf } from "./words.js";
import { direction } from "./compute.js";
import { dots, ellipses, frame, line, segment, shape, spot } from "./draw.js";
import { evenSteps, FIGURES, powers } from "./control.js";

{
  const { window, names, corners, near, far } = SHARED.corner;
  const round = [1, 0, 1];

  function entries({ kappa, angle }) {
    const [c, s] = direction(angle);
    return [c * c + kappa * (s * s), (1 - kappa) * (c * s), s * s + kappa * (c * c)];
  }

  function height([a, b, d], z, p) {
    const [x, y] = [p[0] - z[0], p[1] - z[1]];
    return (a * x * x + 2 * b * x * y + d * y * y) / 2;
  }

  // Each edge: the numbers of its corners, where it begins and which way it goes.
  const edges = all =>
    all.map(([x, y], i) => {
      const j = (i + 1) % all.length;
      return [
        [i + 1, j + 1],
        [x, y],
        [all[j][0] - x, all[j][1] - y],
      ];
    });

  function lowest(H, z, all) {
    if (edges(all).every(([, [x, y], [u, v]]) => u * (z[1] - y) >= v * (z[0] - x))) return [z, []];
    let [best, found] = [Infinity];
    for (const [[start, end], [x, y], [u, v]] of edges(all)) {
      const along = [H[0] * u + H[1] * v, H[1] * u + H[2] * v];
      let t = (along[0] * (z[0] - x) + along[1] * (z[1] - y)) / (along[0] * u + along[1] * v);
      t = t < near ? 0 : t > 1 - near ? 1 : t;
      const point = [x + t * u, y + t * v];
      const here = height(H, z, point);
      if (here < best) [best, found] = [here, [point, t === 0 ? [start] : t === 1 ? [end] : [start, end]]];
    }
    return found;
  }

  // For each edge the way from it on which all free minima have the same answer.
  const beams = (H, all) => edges(all).map(([, , [u, v]]) => [H[2] * v + H[1] * u, -H[1] * v - H[0] * u]);
  const turn = (p, q) => Math.atan2(p[0] * q[1] - p[1] * q[0], p[0] * q[0] + p[1] * q[1]);

  // The share of all directions in which far minima are repaired to another corner than their answer.
  function wrong(H, all) {
    const [normals, ways] = [beams(round, all), beams(H, all)];
    const off = normals.map((normal, i) => turn(normal, ways[i]));
    let common = 0;
    normals.forEach((normal, i) => {
      const [before, offBefore] = [normals.at(i - 1), off.at(i - 1)];
      common += Math.max(0, turn(before, normal) + Math.min(0, off[i]) - Math.max(0, offBefore));
    });
    const share = 1 - common / (2 * Math.PI);
    return share > near ? share : 0;
  }

  function compute(state) {
    const [H, all] = [entries(state), corners[state.region]];
    const [best, answer] = lowest(H, state.z, all);
    const [repaired, repair] = lowest(round, state.z, all);
    const [least, high] = [best, repaired].map(point => height(H, state.z, point));
    const isHigher = high > (1 + near) * least;
    const times = isHigher ? high / least : 1;
    return {
      H,
      best,
      repaired,
      answer,
      repair,
      least,
      times,
      price: isHigher ? high - least : 0,
      share: wrong(H, all),
    };
  }

  function verdict({ kappa }, { answer, repair, times, share }) {
    if (!answer.length) return "The free minimum is allowed: there is nothing to repair.";
    if (!share) {
      const reason = kappa === 1 ? "The bowl is round" : "Each edge lies along an axis of the bowl";
      return `${reason}: repair at the end is right wherever the free minimum lies.`;
    }
    const [best, found] = [answer, repair].map(FORMS.face);
    const missed = `of the far minima it takes ${shareOf(100 * share)} to a wrong corner.`;
    if (times === 1) return `Here repair finds the answer, ${best}; ${missed}`;
    const higher = `where f is ${besideBound(times, 1)} times as high.`;
    if (best === found) return `Repair finds the right edge, and on it a place ${higher}`;
    return `The answer is on ${best}; repair at the end lands on ${found}, ${higher}`;
  }

  const beyond = ([x, y], angle) => [x + far * Math.cos(angle), y + far * Math.sin(angle)];

  // Of the plane of free minima those whose answer is a corner, and those whose answer is on an edge.
  function parts(H, all) {
    const ways = beams(H, all).map(([u, v]) => Math.atan2(v, u));
    const cones = all.map((corner, i) => {
      const first = ways.at(i - 1);
      const width = (ways[i] - first + 4 * Math.PI) % (2 * Math.PI);
      return [corner, ...[0, 1, 2, 3, 4].map(j => beyond(corner, first + (width * j) / 4))];
    });
    const strips = all.map((corner, i) => {
      const next = all[(i + 1) % all.length];
      return [corner, beyond(corner, ways[i]), beyond(next, ways[i]), next];
    });
    return [cones, strips];
  }

  function paint(map, kind, polygons) {
    const d = polygons.map(points => `M${points.map(([x, y]) => spot(map, x, y)).join("L")}Z`).join("");
    map.plot.append(shape("path", { class: `wash ${kind}`, d }));
  }

  // The corners are numbered from inside, where no line runs.
  function number(map, all) {
    const middle = i => all.reduce((sum, corner) => sum + corner[i], 0) / all.length;
    all.forEach((corner, n) => {
      const [x, y] = corner.map((value, i) => middle(i) + 0.65 * (value - middle(i)));
      map.plot.append(shape("text", { x: map.x(x), y: map.y(y) + 4, class: "middle" }, `${n + 1}`));
    });
  }

  FIGURES.corner = {
    main: "kappa",
    key: { run: "answer", theory: "repair", second: "to a corner", third: "to an edge" },
    controls: [
      { name: "z" },
      { name: "kappa", label: "condition number κ", values: () => powers(1, 1000) },
      { name: "angle", label: "turned by", unit: "°", values: () => evenSteps(-90, 90, 1) },
      {
        name: "region",
        label: "set",
        values: () => evenSteps(0, names.length - 1, 1),
        note: region => names[region],
      },
    ],
    presets: [
      ["1 Tilted", {}],
      ["2 Round", { kappa: 1 }],
      ["3 Along the edges", { angle: 0 }],
      ["4 Diamond", { region: 1 }],
      ["5 Triangle", { region: 2 }],
    ],
    readings: [
      ["answer", "answer’s face"],
      ["repair", "repair’s face"],
      ["price", "lost in f"],
      ["wrong", "wrong for far minima"],
    ],
    compute,
    values: (state, { answer, repair, price, share }) => ({ answer, repair, price, wrong: share }),
    verdict,
    room: 108,
    start(stage) {
      stage.map = stage.panel("A set and the plane of free minima; the free minimum can be dragged");
      stage.handle(stage.map, {
        label: "free minimum",
        window,
        click: true,
        place: ({ z }) => z,
        move: z => ({ z }),
      });
    },
    draw({ map }, { kappa, angle, region, z }, { H, best, repaired, least }) {
      frame(map, { xlim: window[0], ylim: window[1], xlabel: "x", ylabel: "y", ratio: 0.75 });
      const all = corners[region];
      const [cones, strips] = parts(H, all);
      paint(map, "third", strips);
      paint(map, "second", cones);
      ellipses(map, z, Math.sqrt(1 / kappa), angle, Math.sqrt(2 * least), 3);
      for (const cone of parts(round, all)[0]) line(map, [cone[1], cone[0], cone.at(-1)], "theory");
      line(map, [...all, all[0]], "goal");
      number(map, all);
      segment(map, z, repaired, "theory");
      dots(map, [repaired], "ball theory");
      segment(map, z, best, "run");
      dots(map, [best], "now run");
    },
  };
}
