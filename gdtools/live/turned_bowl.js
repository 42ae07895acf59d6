// The ground of the bowl and of the race, as turned_bowl.py has it, and its level lines.
import { direction, moved } from "./compute.js";
import { ellipses, frame } from "./draw.js";

export const BOWL = SHARED.turned_bowl;

export const eigenvalues = kappa => [BOWL.mu, BOWL.mu * kappa];
export const toCentre = ([x, y]) => Math.hypot(x - BOWL.centre[0], y - BOWL.centre[1]);

// The entries of the Hessian: its flat direction is turned by an angle in degrees.
export function entries(kappa, angle) {
  const [mu, L] = eigenvalues(kappa);
  const [c, s] = direction(angle);
  return [mu * c * c + L * s * s, (mu - L) * c * s, mu * s * s + L * c * c];
}

export function bowlGradient(kappa, angle) {
  const [a, b, d] = entries(kappa, angle);
  return point => {
    const [x, y] = moved(point, BOWL.centre, 1);
    return [a * x + b * y, b * x + d * y];
  };
}

export function drawBowl(map, kappa, angle) {
  frame(map, { xlim: BOWL.window[0], ylim: BOWL.window[1], xlabel: "x", ylabel: "y" });
  ellipses(map, BOWL.centre, Math.sqrt(1 / kappa), angle, Math.max(7, 3 * Math.sqrt(kappa)));
}
