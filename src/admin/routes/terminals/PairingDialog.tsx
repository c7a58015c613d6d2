import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { CodeToEnter } from "../../shared/code/CodeToEnter.tsx";
import { Status } from "../../shared/status/Status.tsx";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { PairingFailures } from "./PairingFailures.tsx";
import { issuePairingCode, terminalQuery } from "./queries.ts";
import classes from "../../shared/code/code.module.css";

const LOOK_MS = 2_000;

/**
 * A pairing code, and what becomes of it. The code is in this dialog alone: in no address, no storage and no cache, and
 * gone when it closes.
 */
export function PairingDialog({
  serial,
  onClose,
}: {
  readonly serial: string;
  readonly onClose: () => void;
}) {
  const { deviceCodes } = useTexts();
  const { pairing } = deviceCodes;
  const begun = useRef(false);
  const issuing = useMutation({ mutationFn: async () => await issuePairingCode(serial), gcTime: 0 });
  const terminal = useQuery({ ...terminalQuery(serial), refetchInterval: LOOK_MS });
  const { mutate } = issuing;
  const life = terminal.data?.body;
  const isWaiting = life?.pairingCode?.status === "PENDING" && Date.parse(life.pairingCode.expiresAt) > 0;
  useEffect(() => {
    // One code a dialog; where another is waiting it is asked first.
    if (begun.current || life === undefined || isWaiting) return;
    begun.current = true;
    mutate();
  }, [mutate, life, isWaiting]);
  const code = issuing.data;
  return (
    <Dialog onClose={onClose} title={pairing.title(serial)}>
      {issuing.error === null ? null : (
        <div role="alert">
          <ProblemText problem={issuing.error} />
        </div>
      )}
      {code === undefined ? (
        isWaiting && !issuing.isPending ? (
          <div className={classes["body"]}>
            <p>{pairing.ask}</p>
            <Button
              onClick={() => {
                begun.current = true;
                mutate();
              }}
            >
              {deviceCodes.code.make}
            </Button>
          </div>
        ) : null
      ) : life?.status === "PAIRED" ? (
        <Paired
          keyId={life.credential?.id ?? ""}
          trust={life.credential?.trust ?? "KEY"}
          since={life.credential?.since}
        />
      ) : (
        <>
          <CodeToEnter
            {...code}
            why={pairing.enter(serial)}
            waiting={pairing.waiting}
            isLocked={life?.pairingCode?.status === "LOCKED"}
            onNew={() => mutate()}
          />
          <PairingFailures serial={serial} />
        </>
      )}
    </Dialog>
  );
}

function Paired({
  keyId,
  trust,
  since,
}: {
  readonly keyId: string;
  readonly trust: "CODE" | "BEARER" | "KEY" | "CERTIFICATE" | "ATTESTED";
  readonly since: string | undefined;
}) {
  const { places, deviceCodes, shell } = useTexts();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div className={classes["body"]} ref={box} tabIndex={-1} role="status">
      <p>
        <Status tone="ok" icon="check" word={deviceCodes.pairing.paired} />{" "}
        {since === undefined ? null : <Time at={since} />}
      </p>
      <p>{deviceCodes.pairing.pairedWith(`…${keyId.slice(-4)}`, places.terminal.trust[trust])}</p>
      <p className="meta">{shell.done}</p>
    </div>
  );
}
