import { Button } from "@mantine/core";
import { Status } from "../status/Status.tsx";
import { Time } from "../time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { useLiveState } from "./useLive.ts";
import classes from "./Live.module.css";

/** Whether what is shown follows what happens, and the switch of it. */
export function LiveChip({
  isPaused,
  onPause,
}: {
  readonly isPaused: boolean;
  readonly onPause: (isPaused: boolean) => void;
}) {
  const { live } = useTexts().tables;
  const state = useLiveState();
  return (
    <span className={classes["chip"]}>
      {isPaused ? (
        <Status tone="mute" icon="pause" word={live.paused} />
      ) : state.kind === "live" ? (
        <Status tone="ok" icon="dot" word={live.live} />
      ) : state.kind === "connecting" ? (
        <Status tone="mute" icon="hourglass" word={live.connecting} />
      ) : (
        <>
          <Status tone="warn" icon="unplugged" word={live.lost} />
          <span className="meta">
            <Time at={new Date(state.since).toISOString()} />
          </span>
        </>
      )}
      <Button variant="default" size="compact-sm" onClick={() => onPause(!isPaused)}>
        {isPaused ? live.resume : live.pause}
      </Button>
    </span>
  );
}
