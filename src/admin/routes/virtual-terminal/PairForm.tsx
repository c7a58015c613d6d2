import { Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { Choice } from "../../shared/form/Choice.tsx";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { useTexts } from "../../texts/texts.ts";
import { allLocationsQuery } from "../locations/queries.ts";
import { waitingTerminalsQuery } from "./queries.ts";
import type { Device } from "./useDevice.ts";
import classes from "./VirtualTerminal.module.css";

/** Which terminal the browser is to be; then it is paired as any other, with a key made here. */
export function PairForm({ device, serial }: { readonly device: Device; readonly serial: string | null }) {
  const { virtualTerminal } = useTexts();
  const { setUp } = virtualTerminal;
  const locations = useQuery(allLocationsQuery()).data ?? [];
  const waiting = useQuery(waitingTerminalsQuery()).data ?? [];
  const [kind, setKind] = useState<"new" | "waiting">(serial === null ? "new" : "waiting");
  const [locationId, setLocationId] = useState("");
  const [serialNumber, setSerialNumber] = useState(serial ?? "");
  const { pairing } = device;
  const place = locationId === "" ? (locations[0]?.id ?? "") : locationId;
  const terminal = serialNumber === "" ? (waiting[0]?.serialNumber ?? "") : serialNumber;

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (pairing.isPending) return;
    if (kind === "new" && place !== "") pairing.mutate({ kind, locationId: place });
    if (kind === "waiting" && terminal !== "") pairing.mutate({ kind, serialNumber: terminal });
  }

  return (
    <form className={classes["device"]} aria-label={setUp.title} onSubmit={submit}>
      <h2>{setUp.title}</h2>
      <p className="second">{setUp.why}</p>
      <Choice
        label={setUp.which}
        options={[
          { value: "new", label: setUp.fresh },
          { value: "waiting", label: setUp.waiting },
        ]}
        value={kind}
        onChange={(chosen) => setKind(chosen === "waiting" ? "waiting" : "new")}
      />
      {kind === "new" ? (
        <NativeSelect
          label={setUp.location}
          value={place}
          onChange={({ currentTarget }) => setLocationId(currentTarget.value)}
          data={locations.map(({ id, name, countryCode }) => ({
            value: id,
            label: `${name} (${countryCode})`,
          }))}
        />
      ) : (
        <NativeSelect
          label={setUp.terminal}
          value={terminal}
          onChange={({ currentTarget }) => setSerialNumber(currentTarget.value)}
          data={waiting.map((one) => ({ value: one.serialNumber, label: one.serialNumber }))}
        />
      )}
      {kind === "new" && locations.length === 0 ? (
        <p className="meta">
          {setUp.noLocation} <Link to="/locations/new">{setUp.makeLocation}</Link>
        </p>
      ) : null}
      {kind === "waiting" && waiting.length === 0 ? <p className="meta">{setUp.noneWaits}</p> : null}
      {pairing.error === null ? null : (
        <div role="alert">
          <ProblemText problem={pairing.error} />
        </div>
      )}
      <Button type="submit" loading={pairing.isPending}>
        {setUp.pair}
      </Button>
    </form>
  );
}
