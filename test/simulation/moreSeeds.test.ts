import { SEEDS, simulatedDatabase, testSeeds } from "./support.ts";

testSeeds(simulatedDatabase(), SEEDS + 1, SEEDS);
