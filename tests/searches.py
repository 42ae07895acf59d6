"""What people type who have a run that fails, and the sections that answer them, each as the end of an address."""

GRADIENT = ["check-the-gradient-first"]
FLOATS = ["what-floating-point-does-to-a-run"]
STOPPING = ["when-to-stop", "stopping-because-f-hardly-changes", "it-stops-early-since-the-cost-hardly-changes"]
LONG = ["the-multipliers-are-all-there-is", "coefficients-change-sign-and-grow"]
SHORT = ["the-best-fixed-step", "stopping-because-f-hardly-changes", "it-stops-early-since-the-cost-hardly-changes"]
STEP = ["the-best-fixed-step", "no-step-is-known", "when-nobody-tells-you-l"]
UNITS = ["units", "it-uses-up-its-iterations"]
UNDONE = ["undoing-a-scaling", "other-coefficients-than-a-library-s"]
BASIS = ["a-poor-basis", "a-library-s-coefficients-are-huge"]
NAN = ["loss-nan-in-the-first-epochs", "the-logistic-cost-is-nan", *LONG]
LOG = ["the-logistic-cost-is-nan", *FLOATS]
OVERFLOW = ["overflow-in-exp"]
GROWS = ["the-loss-swings-ever-wider", *GRADIENT]
SUM = ["sum-or-mean-and-two-shapes", "it-worked-with-the-mean-and-explodes-with-the-sum"]
SHAPES = ["sum-or-mean-and-two-shapes", "it-predicts-the-mean-for-every-point"]
TWINS = ["nearly-dependent-columns", "when-columns-are-dependent", "a-library-s-coefficients-are-huge"]
PLATEAU = ["saddle-points", "the-loss-stays-on-a-plateau"]
SEPARATED = ["when-the-data-are-separated", "the-likelihood-falls-for-ever"]
UPHILL = ["no-step-goes-down", *GRADIENT]
STILL = ["the-start-comes-back-after-0-iterations", "it-converges-in-iteration-0", *FLOATS]
LOST = ["precision-is-lost-far-from-the-minimum", "no-step-goes-down", *FLOATS]
EDGE = ["it-hovers-at-the-minimum", "no-coefficient-of-a-lasso-is-zero", "kinks-the-proximal-step"]
VALLEYS = ["two-valleys", "random-restarts", "each-start-has-its-own-end-and-the-gradient-is-right"]
FLOOR = ["the-floor", "smaller-steps-or-the-average", "it-hovers-with-a-batch-of-points-a-step"]
NOISE = ["the-gradient-is-noisy", "what-a-batch-buys", *FLOOR]
ADAM = ["adam", "adam-crawls", "adam-and-its-kin", "adam-s-loss-bursts-out-again"]
PROJECT = ["the-answer-must-satisfy-constraints", "project", "the-answer-leaves-what-is-allowed"]
CHARGE = ["charge-for-it-penalty-multipliers-barrier"]
CLIP = [*NAN, "clip-and-what-it-moves"]
SPHERE = ["a-sphere-is-not-convex"]
PASS = ["one-pass", "memory-runs-out", "when-the-data-do-not-fit"]
ENGINE = ["which-engine", "one-pass", "where-the-time-goes"]
GROWING = ["when-f-is-not-quadratic"]  # the curvature grows on the way

SEARCHES = {
    # The loss grows, or is no number
    "nan": NAN, "loss is nan": NAN, "loss becomes nan after a few epochs": NAN, "inf": NAN + LOG + OVERFLOW,
    "overflow": OVERFLOW, "overflow encountered in exp": OVERFLOW, "RuntimeWarning: overflow encountered in square": OVERFLOW,
    "invalid value encountered in multiply": LOG, "divide by zero encountered in log": LOG, "log(0)": LOG,
    "cross entropy nan": LOG, "logsumexp": LOG, "diverges": LONG, "gradient descent diverges": LONG,
    "oscillates": LONG, "loss oscillates": LONG + GROWS, "exploding": LONG + NAN, "exploding gradients": CLIP,
    "learning rate too high": LONG, "learning rate too large": LONG, "overshoots the minimum": LONG, "blows up": LONG,
    "loss increases every iteration": LONG + GROWS, "not converging": [*LONG, "which-remedy"], "zero_grad": GROWS,
    "forgot optimizer.zero_grad()": GROWS, "accumulated gradients": GROWS, "gradient clipping": CLIP,
    "sum instead of mean": SUM, "divide by n": SUM,
    # It crawls, stops or stands still
    "learning rate too small": SHORT, "slow convergence": [*STEP, "the-valley-is-long-and-narrow", *UNITS],
    "how to choose learning rate": STEP, "learning rate finder": STEP, "stopping criterion": STOPPING,
    "stops too early": STOPPING, "tolerance": STOPPING, "plateau": PLATEAU, "stuck": PLATEAU, "XOR": PLATEAU,
    "network stuck at 0.693": PLATEAU, "loss not decreasing": PLATEAU, "loss stays constant": PLATEAU,
    "saddle point": PLATEAU, "vanishing gradient": PLATEAU, "weight initialization": PLATEAU,
    "scaling": UNITS, "feature scaling": UNITS, "standardize features": UNITS, "StandardScaler": UNITS,
    "parscale": UNITS, "max_iter reached": UNITS + STOPPING, "lbfgs failed to converge": UNITS,
    "STOP: TOTAL NO. OF ITERATIONS REACHED LIMIT": UNITS, "Maximum number of iterations has been exceeded": UNITS,
    "ConvergenceWarning": UNITS + SEPARATED, "Objective did not converge": UNITS, "Adam not converging": ADAM,
    "Adam slow": ADAM,
    "spikes": ["past-the-bound", *ADAM], "loss spikes": ["past-the-bound", *ADAM], "scale target variable": ADAM,
    "noisy loss": NOISE, "loss fluctuates": NOISE, "batch size": NOISE + SUM, "learning rate decay": NOISE,
    # The answer is another one
    "polyfit": BASIS, "Polyfit may be poorly conditioned": BASIS, "polynomial regression": BASIS,
    "collinear": TWINS, "multicollinearity": TWINS, "singular matrix": TWINS,
    "huge coefficients": TWINS, "dummy variable trap": TWINS, "coefficients differ from sklearn": UNDONE,
    "unscale coefficients": UNDONE, "inverse transform coefficients": UNDONE, "different result than LinearRegression": UNDONE,
    "same prediction for every input": SHAPES, "predicts the mean": SHAPES, "broadcasting": SHAPES,
    "shape mismatch (n,1) (n,)": SHAPES, "local minimum": VALLEYS, "stuck in local minimum": VALLEYS,
    "different results each run": VALLEYS, "initial guess": VALLEYS,
    "separation": SEPARATED, "perfect separation": SEPARATED, "Perfect separation detected, results not available": SEPARATED,
    "fitted probabilities numerically 0 or 1 occurred": SEPARATED, "glm.fit: algorithm did not converge": SEPARATED,
    "Maximum Likelihood optimization failed to converge. Check mle_retvals": SEPARATED,
    "lasso": EDGE, "lasso coefficients not zero": EDGE, "absolute value kink": EDGE, "L1 regularization": EDGE,
    "soft thresholding": EDGE,
    # A line search fails, or nothing moves
    "precision loss": LOST, "Desired error not necessarily achieved due to precision loss": LOST,
    "line search": ["no-step-is-known", *UPHILL],
    "ABNORMAL_TERMINATION_IN_LNSRCH": [*UPHILL, "another-answer-from-another-start"],
    "line search failed": UPHILL + ["no-step-is-known"], "gradient check": GRADIENT, "wrong gradient": GRADIENT,
    "minimize returns initial guess": STILL, "0 iterations": STILL, "float32": STILL, "does not move": STILL,
    "CONVERGENCE: NORM OF PROJECTED GRADIENT <= PGTOL": STILL,
}  # fmt: skip

# Titles of questions that people asked in public, on forums and in the issues of libraries, shortened to what one types, and
# chosen before the index was read.
ASKED = {
    "why is my loss increasing in gradient descent": LONG + GROWS, "loss function increasing with each epoch": LONG + GROWS,
    "loss function increasing instead of decreasing": LONG + GROWS + UPHILL,
    "cost decreases then increases": GRADIENT + LONG + GROWS + ["another-answer-from-another-start"],
    "weights do not converge to the true values": GRADIENT + UNITS + UNDONE + ["another-answer-from-another-start"],
    "loss fluctuation over epochs": NOISE + LONG, "slope and intercept nan": NAN,
    "gradient explodes for larger values of x": NAN + UNITS, "function returns nan gradient descent": NAN + LOG,
    "minimize returns success with a result full of nans": NAN + LOG + OVERFLOW,
    "return values are always the starting values": STILL, "different results with different solvers": UNDONE + UNITS + VALLEYS,
    "coefficients significantly differ from scikit-learn": UNDONE, "intercept and coefficients don't match": UNDONE,
    "no warning for perfect separation": SEPARATED, "how to deal with perfect separation in logistic regression": SEPARATED,
    "complete separation": SEPARATED, "mnlogit returning nan": LOG + SEPARATED + NAN,
    "what can make loss stop going down": PLATEAU + STOPPING, "loss is not changing remains constant": PLATEAU,
    "loss is not changing over epochs": PLATEAU, "loss values do not change": PLATEAU,
    "loss not decreasing learning rate": PLATEAU + SHORT + LONG, "can't get lower loss": PLATEAU + STOPPING + ADAM + NOISE,
    "nan loss in the second epoch": NAN, "loss value equals NaN": NAN, "why is loss nan for each iteration": NAN,
    "the output of the model is nan": NAN + LOG, "loop exits prematurely": STOPPING,
    "line search in newton-cg had not converged": UPHILL + ["no-step-is-known", *UNITS],
    "standard errors are huge": TWINS + SEPARATED, "increase max_iter still not converged": UNITS + SEPARATED,
    "normalization in linear regression gradient descent": UNITS + UNDONE,
    "linear regression with neural network labels not scaled": ADAM, "neural network could not learn": PLATEAU + ADAM,
    "unnormalize the predictions": UNDONE + ADAM, "Adam stuck small loss": ADAM + PLATEAU,
    "glm convergence problems": SEPARATED,
    "no valid set of coefficients has been found: please supply starting values": SEPARATED + LOG,
    "optimizer converged immediately": STILL, "does not pass gradient check": GRADIENT,
    "numerical gradient and analytical gradient do not match": GRADIENT,
    "numerical gradients are exactly zero": STILL + GRADIENT,
    "lasso doesn't converge": UNITS + EDGE, "solver diverges on lasso": EDGE + LONG + UNITS,
    "duality gap larger than tolerance": UNITS + EDGE,
    "curve_fit works badly gives a bad fit": UNITS + TWINS + VALLEYS,
    "covariance is inf": TWINS, "fit stuck at initial parameters": STILL + TWINS + PLATEAU,
    "polynomial features gradient descent": BASIS + UNITS,
}  # fmt: skip

# Phrases of a reader who tried to find the gaps; words were added below the headings for all of them.
TRIED = {
    "training loss not going down": PLATEAU, "success False": UNITS + UPHILL, "two identical columns": TWINS,
    "loss is negative infinity": ["which-remedy"], "float16 training": STILL, "loss goes down then up": LONG + GROWING,
    "Hessian not positive definite": PLATEAU, "loss explodes after some iterations": LONG + OVERFLOW + GROWING,
    "weights negative": PROJECT, "val loss increases": ["stopping-early"],
}  # fmt: skip

# Words of the chapters on noise, constraints and scale, as people type them who have not read them.
REMEDIES = {
    "noise": [*NOISE, "noise", "with-noise-the-memory-costs"], "noisy gradient": NOISE, "minibatch": NOISE, "mini-batch": NOISE,
    "SGD": NOISE, "batch gradient": NOISE, "loss hovers": [*NOISE, *EDGE],
    "averaging iterates": FLOOR, "robbins monro": [*FLOOR, "noise-that-vanishes"], "shuffle": ["shuffle"],
    "random reshuffling": ["shuffle"], "epoch": ["shuffle", "what-a-batch-buys", *LONG, *GROWS, *NAN, *PLATEAU],
    "SVRG": ["noise-that-vanishes"], "variance reduction": ["noise-that-vanishes"],
    "RMSprop": ADAM, "AdamW": ADAM, "weight decay": ADAM, "adagrad": ADAM, "clip gradient norm": CLIP,
    "sharp minima": ["noise-and-what-is-found"], "generalization": ["noise-and-what-is-found"],
    "lasso": EDGE, "proximal gradient": EDGE, "ISTA": EDGE, "FISTA": EDGE,
    "subgradient": ["without-a-slope-subgradients", *EDGE], "projection": PROJECT, "projected gradient": PROJECT,
    "non-negative": PROJECT, "box constraints": PROJECT, "simplex": ["sums-to-one", *PROJECT],
    "probabilities sum to one": ["sums-to-one", *PROJECT], "Lagrange multipliers": CHARGE, "penalty method": CHARGE,
    "augmented Lagrangian": CHARGE, "log barrier": CHARGE, "interior point": CHARGE, "equality constraint": [*PROJECT, *CHARGE],
    "unit norm": SPHERE, "sphere": SPHERE, "orthogonality constraint": SPHERE,
    "out of memory": PASS, "MemoryError": PASS, "unable to allocate": PASS, "does not fit in memory": PASS, "OOM": PASS,
    "big data": PASS + ENGINE, "dataset too large": PASS, "KilledWorker": [*PASS, *ENGINE], "dask": ENGINE, "spark": ENGINE,
    "ray": ENGINE, "pytorch distributed": ENGINE, "cluster": ENGINE, "out of core": PASS, "chunks": [*ENGINE, *PASS],
    "memmap": PASS, "subsample": ["a-sample-first"], "number of passes": [*PASS, "when-to-stop"],
    "communication overhead": ["where-the-time-goes"], "scheduler overhead": ["where-the-time-goes"],
}  # fmt: skip
