import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { may } from "../../api/session.ts";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { Facts } from "../../shared/page/Facts.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { Status } from "../../shared/status/Status.tsx";
import { useTexts } from "../../texts/texts.ts";
import { LocationName } from "./LocationName.tsx";
import { claimTerminal, lookAtClaim, type Terminal } from "./queries.ts";
import classes from "./ClaimPage.module.css";

const LENGTH = 6;
/** Never in a code, since each is taken for another. */
const LOOK_ALIKE = /[0OI1]/;

/** Six characters that a device shows; the device is seen before it is claimed. The code is in no address and no storage. */
export function ClaimPage() {
  const { deviceCodes, shell } = useTexts();
  const { claim } = deviceCodes;
  const [code, setCode] = useState("");
  const [isRefused, setRefused] = useState(false);
  const looking = useMutation({ mutationFn: lookAtClaim, gcTime: 0 });
  const claiming = useMutation({ mutationFn: claimTerminal, gcTime: 0 });
  const type = (text: string): void => {
    const typed = text.toUpperCase().replace(/[^A-Z0-9]/g, "");
    setRefused(LOOK_ALIKE.test(typed));
    setCode(typed.replace(/[0OI1]/g, "").slice(0, LENGTH));
    looking.reset();
    claiming.reset();
  };
  const last = claiming.data ?? looking.data ?? null;
  const problem = claiming.error ?? looking.error;
  const device = last?.terminal ?? null;
  return (
    <>
      <PageHead title={claim.title} crumbs={[{ to: "/terminals", label: shell.pages.terminals }]} />
      <p>{claim.why}</p>
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          claiming.reset();
          looking.mutate(code);
        }}
      >
        <TextInput
          label={claim.code}
          description={claim.codeHelp}
          error={isRefused ? claim.lookAlike : undefined}
          value={code}
          onChange={(event) => type(event.currentTarget.value)}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          classNames={{ input: classes["code"] ?? "" }}
        />
        <Button
          type="submit"
          variant={device === null ? "filled" : "default"}
          disabled={code.length < LENGTH}
          loading={looking.isPending}
        >
          {claim.look}
        </Button>
      </form>
      {problem === null ? null : (
        <div role="alert">
          <ProblemText problem={problem} />
        </div>
      )}
      {last === null ? null : last.outcome === "CLAIMED" ? (
        <Claimed serial={last.terminal?.serialNumber ?? ""} />
      ) : last.outcome === "OPEN" && device !== null ? (
        <section className={classes["device"]} aria-label={claim.device}>
          <Device terminal={device} />
          <Button onClick={() => claiming.mutate(code)} loading={claiming.isPending}>
            {claim.confirm}
          </Button>
        </section>
      ) : (
        <p role="alert">
          {last.outcome === "OPEN" ? claim.outcomes.NOT_FOUND : claim.outcomes[last.outcome]}
        </p>
      )}
    </>
  );
}

function Device({ terminal: { serialNumber, locationId, state } }: { readonly terminal: Terminal }) {
  const { places, deviceCodes } = useTexts();
  const { fields } = places;
  return (
    <Facts
      label={deviceCodes.claim.device}
      facts={[
        [fields.serialNumber, <code key="value">{serialNumber}</code>],
        [
          fields.location,
          locationId === null ? (
            places.terminal.noLocation
          ) : may("locations:read") ? (
            <LocationName id={locationId} />
          ) : (
            locationId
          ),
        ],
        [fields.state, places.terminal.states[state]],
      ]}
    />
  );
}

function Claimed({ serial }: { readonly serial: string }) {
  const { claim } = useTexts().deviceCodes;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} tabIndex={-1} role="status">
      <p>
        <Status tone="ok" icon="check" word={claim.claimed(serial)} />
      </p>
      <p>{claim.then}</p>
      <Link to="/terminals/$serial" params={{ serial }}>
        {serial}
      </Link>
    </div>
  );
}
