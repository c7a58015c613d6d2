import { Button, CopyButton } from "@mantine/core";
import { Status } from "../status/Status.tsx";
import { countdown } from "../time/countdown.ts";
import { Time } from "../time/Time.tsx";
import { useBusinessTime } from "../time/useBusinessTime.ts";
import { useTexts } from "../../texts/texts.ts";
import classes from "./code.module.css";

/** A code that somebody types at a device: large, in halves, with the time that is left to it. */
export function CodeToEnter({
  code,
  expiresAt,
  why,
  waiting,
  isLocked = false,
  onNew,
}: {
  readonly code: string;
  readonly expiresAt: string;
  readonly why: string;
  /** What it waits for. */
  readonly waiting: string;
  readonly isLocked?: boolean;
  /** Makes another one, where this one's time is over. */
  readonly onNew: () => void;
}) {
  const { shell, deviceCodes } = useTexts();
  const { code: words } = deviceCodes;
  const left = Date.parse(expiresAt) - useBusinessTime(1_000);
  const isOver = left <= 0 || isLocked;
  const half = Math.ceil(code.length / 2);
  const halves = `${code.slice(0, half)} ${code.slice(half)}`;
  return (
    <div className={classes["body"]}>
      <p>{why}</p>
      {isOver ? (
        <s className={classes["code"]}>{halves}</s>
      ) : (
        <output className={classes["code"]} aria-label={code.split("").join(" ")}>
          {halves}
        </output>
      )}
      {isOver ? (
        <>
          <p role="alert">{isLocked ? words.locked : words.expired}</p>
          <Button onClick={onNew}>{words.make}</Button>
        </>
      ) : (
        <>
          <p className="second">
            {countdown(left)} · <Time at={expiresAt} seconds={false} />
          </p>
          <Status tone="info" icon="clock" word={waiting} />
          <CopyButton value={code}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? shell.copied : words.copy}
              </Button>
            )}
          </CopyButton>
          <p className="meta">{words.closing}</p>
        </>
      )}
    </div>
  );
}
