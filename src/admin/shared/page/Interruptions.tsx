import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { api, onConfirmationWanted, onSessionEnd, signInOverPage } from "../../api/client.ts";
import { leave } from "./signOut.ts";
import { onTabs } from "./tabs.ts";
import { useIdle } from "./useIdle.ts";
import { useInterruption } from "./useInterruption.ts";

/** Wanted by few, and never at once. */
const SessionEndedDialog = lazy(async () => ({
  default: (await import("./SessionEndedDialog.tsx")).SessionEndedDialog,
}));
const ConfirmationDialog = lazy(async () => ({
  default: (await import("./ConfirmationDialog.tsx")).ConfirmationDialog,
}));
const IdleDialog = lazy(async () => ({ default: (await import("./IdleDialog.tsx")).IdleDialog }));

/**
 * What comes over the page whatever it is: the session has ended, the password is wanted again, nobody seems to be there
 * any more, another tab has signed out. What is typed on the page stays.
 */
export function Interruptions({ email }: { readonly email: string }) {
  const ended = useInterruption(onSessionEnd);
  const unconfirmed = useInterruption(onConfirmationWanted);
  const [isIdle, setIdle] = useState(false);
  const end = useCallback(() => void endIdle(setIdle), []);
  const { leftMs, stay } = useIdle(end);
  useEffect(
    () =>
      onTabs(({ kind }) => {
        if (kind === "signedOut") leave();
      }),
    [],
  );
  return (
    <Suspense>
      {leftMs === null ? null : <IdleDialog leftMs={leftMs} onStay={stay} />}
      {unconfirmed === null ? null : <ConfirmationDialog email={email} onDone={unconfirmed} />}
      {ended === null ? null : (
        <SessionEndedDialog
          email={email}
          isIdle={isIdle}
          onDone={(isOpenAgain) => {
            if (isOpenAgain) stay();
            ended(isOpenAgain);
          }}
        />
      )}
    </Suspense>
  );
}

/** Ends the session, and leaves the page as it is for whoever comes back. */
async function endIdle(setIdle: (isIdle: boolean) => void): Promise<void> {
  setIdle(true);
  await api.DELETE("/api/session").catch(() => undefined);
  await signInOverPage();
  setIdle(false);
}
