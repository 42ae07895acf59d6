"""What a diagnosis tells the reader: for each cause what helps, and where the book says more."""

NO_FAULT = {
    "fine": "Nothing is wrong as far as it was tested: functions, gradient, step and end agree with each other.",
    "unknown": "The run does not do what it should, and none of the tests explains it.",
}

NOT_ARRIVED = (
    "Nothing is wrong as far as it was tested, but the run has not arrived: at its end, after step {n_steps}, "
    "the slope is still {slope:.3g}, {share:.2g} of the steepest."
)

ADVICE = {
    "fine": "Where the run has not arrived yet, let it go on from its last point.",
    "unknown": "Run diagnose once more without run, so that it walks by itself: if that is fine, the fault is in your loop.",
    "not-finite": "Print f and its gradient where they stop being numbers, and look for a logarithm of 0, a root of a "
    "negative number or a division by 0; logaddexp takes the place of the logarithm of a sum of exponentials.",
    "shapes": "Print the shapes of all arrays in f and grad: targets of shape (n, 1) minus predictions of shape (n,) are "
    "a table of n times n differences, and y.ravel() mends it.",
    "gradient": "Compare each entry of the gradient with a difference of f, and derive the entry named once more; "
    "until they agree no step and no method can help.",
    "gradient-scale": "Divide the gradient by the factor named, or multiply f by it: most often one is a sum and the "
    "other a mean over the data, or a 2 is lost.",
    "gradient-sign": "Change the sign of the gradient, or of f if it is something to be made large: "
    "descent steps against the gradient.",
    "gradient-changes": "Make the gradient depend on the point alone, and leave its argument as it is: empty the sum into "
    "which it is added before each call, keep nothing from the call before, and write x = 2 * x in place of x *= 2.",
    "precision": "Compute in double precision without rounding inside f, take a large constant out of f, and prefer an "
    "exact gradient to differences of f.",
    "step-too-long": "Make lr smaller than the bound named, half of it is safe; if that is very small, bring the columns "
    "to one scale first; where the curvature changes on the way, let a line search choose.",
    "step-too-short": "Make lr larger, to about half of the bound named, or bring the targets to a size near 1; "
    "and stop by the gradient, not by how little f changes.",
    "units": "Bring all columns to one scale, subtract their means and divide by their standard deviations, "
    "and undo it in the answer.",
    "conditioning": "Use momentum, conjugate gradients or a quasi-Newton method, which need about the square root of "
    "so many steps.",
    "dependent-columns": "Leave out one of the columns that say the same, or add a penalty; descent from 0 gives "
    "the smallest of the many answers.",
    "no-minimum": "Add a penalty such as half of 0.01 times the sum of squares, which makes a minimum, or stop early; "
    "longer runs only lead farther out.",
    "saddle": "Start elsewhere, with larger and different numbers, or disturb the point a little: "
    "downhill leads along the direction that bends down.",
    "several-minima": "Start from several points and keep the lowest end.",
    "edge": "Take a proximal step, which sets a coordinate to 0, or let the step shrink like one over the root of k; "
    "at an edge where the slope jumps across 0 almost no constant step comes to rest.",
    "constraint": "Project after each step, with the function that returns the nearest allowed point.",
    "noise": "Let the step shrink like one over k, average the late iterates, or take more data a step.",
    "adam-bursts": "Let Adam's step shrink, or keep the best point; with a constant step it leaves the minimum again.",
    "beta-too-large": "Make β smaller, near the value named, or make as many more steps.",
    "other-scale": "Divide each coefficient by the scale of its column before you compare, and correct the intercept.",
}

WHERE = {
    "fine": ("limits-and-remedies", "Which remedy"),
    "unknown": ("limits-and-remedies", "Which remedy"),
    "not-finite": ("negative-gradient", "What floating point does to a run"),
    "shapes": ("least-squares", "Sum or mean, and two shapes"),
    "gradient": ("negative-gradient", "Check the gradient first"),
    "gradient-scale": ("least-squares", "Sum or mean, and two shapes"),
    "gradient-sign": ("negative-gradient", "Check the gradient first"),
    "gradient-changes": ("negative-gradient", "Check the gradient first"),
    "precision": ("negative-gradient", "What floating point does to a run"),
    "step-too-long": ("step-size", "The multipliers are all there is"),
    "step-too-short": ("step-size", "The best fixed step"),
    "units": ("conditioning", "Units"),
    "conditioning": ("limits-and-remedies", "The valley is long and narrow"),
    "dependent-columns": ("least-squares", "Nearly dependent columns"),
    "no-minimum": ("where-it-shows-up", "When the data are separated"),
    "saddle": ("non-convexity", "Saddle points"),
    "several-minima": ("non-convexity", "Random restarts"),
    "edge": ("constraints", "Kinks: the proximal step"),
    "constraint": ("constraints", "Project"),
    "noise": ("noise", "Smaller steps, or the average"),
    "adam-bursts": ("noise", "Adam and its kin"),
    "beta-too-large": ("momentum", "The triangle, and the best ball"),
    "other-scale": ("conditioning", "Undoing a scaling"),
}
