/** What clocks in a zone show at an instant, as a `datetime-local` field has it: `2026-11-28T14:02`. */
export function wallTime(at: string, zone: string): string {
  const parts = new Map(
    new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    })
      .formatToParts(new Date(at))
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

const QUARTER_MS = 15 * 60_000;
/** No zone is farther from UTC. */
const FARTHEST = 15 * 4;

/**
 * The instants at which clocks in a zone show a time: none where they skip it, two where it comes twice, the earlier first.
 * @param typed as {@link wallTime} writes it
 */
export function instantsOf(typed: string, zone: string): readonly string[] {
  const asUtc = Date.parse(`${typed}Z`);
  if (Number.isNaN(asUtc)) return [];
  const minute = typed.slice(0, 16);
  const found: string[] = [];
  for (let quarters = -FARTHEST; quarters <= FARTHEST; quarters += 1) {
    const at = new Date(asUtc + quarters * QUARTER_MS).toISOString();
    if (wallTime(at, zone) === minute) found.push(at);
  }
  return found;
}
