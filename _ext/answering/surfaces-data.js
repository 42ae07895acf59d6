// The problems on data and on limits as a page runs them, told of in the same way as those of surfaces.js.
import { dots, line, segment } from "../../gdtools/live/draw.js";
import { bell } from "../../gdtools/live/chance.js";
import { spread, withUnit } from "./scenes.js";

// As many places of a long run are shown.
const SHOWN = 200;

export const SURFACES = {
  tides: {
    ends: "the level, and the error asked for",
    key: { run: "the run, and the typical error", "second thin": "the error of this run", data: "readings" },
    measure: { label: "typical error", unit: "mm", of: ([, s]) => s },
    also: { label: "of this run", of: ([x]) => Math.abs(x) },
    // One reading pulls at the height x; the typical error s of all such runs follows its law.
    move([x, s], lr, { given, run }, k) {
      const part = (given.w * lr) / (k + 1) ** run.power;
      const next = Math.sqrt((1 - part) ** 2 * s ** 2 + part ** 2 * given.sigma ** 2);
      return [x - part * (x - seenAt(given, run, k)), next];
    },
    told: ([x]) => [
      ["height above the level", x, "mm"],
      ["error of this run", Math.abs(x), "mm"],
    ],
    // The height after each step, over the reading that the step saw.
    draw(panel, { frame, at, upTo, last, given, run }) {
      const size = Math.ceil(last / SHOWN) || 1;
      const places = Array.from({ length: Math.floor(upTo / size) + 1 }, (_, i) => i * size);
      const far = 3.5 * given.sigma;
      frame({
        xlim: [0, Math.max(1, last)],
        ylim: spread([-far, far, given.start]),
        xlabel: "step k",
        ylabel: withUnit("height", "mm"),
      });
      dots(
        panel,
        places.map(k => [k + 1, seenAt(given, run, k)]),
        "data",
      );
      segment(panel, [0, 0], [Math.max(1, last), 0], "theory");
      line(
        panel,
        places.map(k => [k, at(k)[0]]),
        "run",
      );
      dots(panel, [[upTo, at(upTo)[0]]], "now run");
    },
  },
};

const seenAt = ({ sigma }, { chance }, k) => sigma * bell(chance, k);
