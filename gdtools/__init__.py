"""Gradient descent, the theory that predicts it and the plots that show it."""

from gdtools.constraints import (
    project_affine,
    project_ball,
    project_box,
    project_simplex,
    proximal_gradient,
    soft_threshold,
)
from gdtools.curvature import newton, preconditioned
from gdtools.descent import Batch, Descent, descend, gradient_descent, gradient_descent_batch
from gdtools.diagnosis import Diagnosis, diagnose
from gdtools.gradients import directional_error
from gdtools.memory import three_springs
from gdtools.noise import batches, noise_floor, shuffling_gain
from gdtools.objectives import (
    Objective,
    bowl,
    double_well,
    finite_difference_gradient,
    gradient_error,
    least_squares,
    line_data,
    quadratic,
    saddle,
    two_valleys,
)
from gdtools.plotting import (
    plot_contours,
    plot_curve,
    plot_decay,
    plot_map,
    plot_path,
    side_by_side,
    use_book_style,
)
from gdtools.remedies import adam, momentum, nesterov, projected_gradient
from gdtools.scale import in_standard_errors, over_chunks
from gdtools.steps import backtracking, barzilai_borwein, chebyshev_steps, silver_steps
from gdtools.theory import (
    best_step,
    condition_number,
    contraction,
    factors,
    largest_curvature,
    predicted_steps,
    spectrum,
    step_bound,
)

__all__ = [
    "Batch",
    "Descent",
    "Diagnosis",
    "Objective",
    "adam",
    "backtracking",
    "barzilai_borwein",
    "batches",
    "best_step",
    "bowl",
    "chebyshev_steps",
    "condition_number",
    "contraction",
    "descend",
    "diagnose",
    "directional_error",
    "double_well",
    "factors",
    "finite_difference_gradient",
    "gradient_descent",
    "gradient_descent_batch",
    "gradient_error",
    "in_standard_errors",
    "largest_curvature",
    "least_squares",
    "line_data",
    "momentum",
    "nesterov",
    "newton",
    "over_chunks",
    "noise_floor",
    "plot_contours",
    "plot_curve",
    "plot_decay",
    "plot_map",
    "plot_path",
    "preconditioned",
    "predicted_steps",
    "project_affine",
    "project_ball",
    "project_box",
    "project_simplex",
    "projected_gradient",
    "proximal_gradient",
    "quadratic",
    "saddle",
    "shuffling_gain",
    "side_by_side",
    "silver_steps",
    "soft_threshold",
    "spectrum",
    "step_bound",
    "three_springs",
    "two_valleys",
    "use_book_style",
]
