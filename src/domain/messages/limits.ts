/** In characters, with everything that is put in at its longest: two screens of 4 x 20. */
export const MOST_CHARACTERS = 160;
