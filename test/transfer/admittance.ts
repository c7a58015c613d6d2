// A name of its own for the bundle: the product's is `main` as well.
import "../../src/cli/main.ts";
