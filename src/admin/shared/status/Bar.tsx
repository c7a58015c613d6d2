import classes from "./Bar.module.css";

/** How much of the most: beside its number, for the eye alone. */
export function Bar({
  value,
  most,
  tone = "ok",
}: {
  readonly value: number;
  readonly most: number;
  readonly tone?: "ok" | "bad";
}) {
  return (
    <span className={classes["track"]} aria-hidden="true">
      <span data-tone={tone} style={{ width: `${String(most === 0 ? 0 : (100 * value) / most)}%` }} />
    </span>
  );
}
