/** The product's, as its package, its API and its traces tell it. */
export const VERSION = "0.1.0";
