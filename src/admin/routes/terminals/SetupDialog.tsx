import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { CodeToEnter } from "../../shared/code/CodeToEnter.tsx";
import classes from "../../shared/code/code.module.css";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { Facts } from "../../shared/page/Facts.tsx";
import { Status } from "../../shared/status/Status.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { issueSetupCode, type SetupCode, terminalQuery } from "./queries.ts";

const LOOK_MS = 2_000;

/**
 * A set-up code with where it is used, and what becomes of it. The code is in this dialog alone: in no address, no storage
 * and no cache, and gone when it closes.
 */
export function SetupDialog({ serial, onClose }: { readonly serial: string; readonly onClose: () => void }) {
  const { deviceCodes } = useTexts();
  const { setUp } = deviceCodes;
  const issuing = useMutation({ mutationFn: async () => await issueSetupCode(serial), gcTime: 0 });
  const { data } = useQuery({ ...terminalQuery(serial), refetchInterval: LOOK_MS });
  const made = issuing.data;
  const now = data?.body.credential;
  // One whose certificates have run out is paired before as well: it is in with another credential.
  const [before] = useState(now?.id);
  return (
    <Dialog onClose={onClose} title={setUp.title(serial)}>
      {issuing.error === null ? null : (
        <div role="alert">
          <ProblemText problem={issuing.error} />
        </div>
      )}
      {made === undefined ? (
        <div className={classes["body"]}>
          <p>{setUp.ask}</p>
          <Button loading={issuing.isPending} onClick={() => issuing.mutate()}>
            {deviceCodes.code.make}
          </Button>
        </div>
      ) : data?.body.status === "PAIRED" && now?.id !== before ? (
        <IsIn since={now?.since} />
      ) : (
        <>
          <CodeToEnter
            code={made.code}
            expiresAt={made.expiresAt}
            why={setUp.enter}
            waiting={setUp.waiting}
            onNew={() => issuing.mutate()}
          />
          <Addresses made={made} />
        </>
      )}
    </Dialog>
  );
}

function Addresses({ made: { httpsUrl, wssUrl, port } }: { readonly made: SetupCode }) {
  const { setUp } = useTexts().deviceCodes;
  if (port === null) return <p role="alert">{setUp.noPort}</p>;
  return (
    <Facts
      label={setUp.enter}
      facts={[
        [setUp.https, <code key="value">{httpsUrl}</code>],
        [setUp.wss, <code key="value">{wssUrl}</code>],
        [setUp.port, <code key="value">{port}</code>],
      ]}
    />
  );
}

function IsIn({ since }: { readonly since: string | undefined }) {
  const { deviceCodes, shell } = useTexts();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div className={classes["body"]} ref={box} tabIndex={-1} role="status">
      <p>
        <Status tone="ok" icon="check" word={deviceCodes.setUp.isIn} />{" "}
        {since === undefined ? null : <Time at={since} />}
      </p>
      <p className="meta">{shell.done}</p>
    </div>
  );
}
