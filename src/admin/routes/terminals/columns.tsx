import { Link } from "@tanstack/react-router";
import type { Column } from "../../shared/table/columns.ts";
import { Status } from "../../shared/status/Status.tsx";
import { MaybeTime, Time } from "../../shared/time/Time.tsx";
import type { Texts } from "../../texts/texts.ts";
import { LocationName } from "./LocationName.tsx";
import type { Terminal } from "./queries.ts";
import { TerminalStatus } from "./TerminalStatus.tsx";

export function terminalColumns({ places }: Texts): readonly Column<Terminal>[] {
  const { fields, terminal } = places;
  const none = <span aria-hidden="true">–</span>;
  return [
    {
      id: "serialNumber",
      header: fields.serialNumber,
      cell: ({ serialNumber }) => <bdi className="mono">{serialNumber}</bdi>,
      sort: { ascending: "name", descending: "-name" },
    },
    {
      id: "status",
      header: fields.status,
      cell: (row) => <TerminalStatus status={row.status} state={row.state} />,
    },
    {
      id: "location",
      header: fields.location,
      cell: ({ locationId }) =>
        locationId === null ? (
          <span className="second">{terminal.noLocation}</span>
        ) : (
          <Link to="/locations/$id" params={{ id: locationId }}>
            <LocationName id={locationId} />
          </Link>
        ),
    },
    {
      id: "cameBy",
      header: fields.cameBy,
      cell: ({ cameBy }) => (cameBy === null ? none : terminal.waysIn[cameBy]),
    },
    {
      id: "connection",
      header: fields.connection,
      cell: ({ connection }) =>
        connection === null ? (
          none
        ) : connection === "OPEN" ? (
          <Status tone="ok" icon="check" word={terminal.connections.OPEN} />
        ) : (
          <Status tone="mute" icon="unplugged" word={terminal.connections.CLOSED} />
        ),
    },
    {
      id: "trust",
      header: fields.trust,
      cell: ({ trust }) => (trust === null ? none : terminal.trust[trust]),
    },
    {
      id: "since",
      header: fields.since,
      cell: ({ credential }) => <MaybeTime at={credential?.since} />,
      isExtra: true,
    },
    {
      id: "lastSeen",
      header: fields.lastSeen,
      cell: ({ lastSeenAt }) => <MaybeTime at={lastSeenAt} />,
    },
    {
      id: "lastAttempt",
      header: fields.lastAttempt,
      cell: ({ lastAttemptAt }) => <MaybeTime at={lastAttemptAt} />,
      isExtra: true,
    },
    {
      id: "profile",
      header: fields.profile,
      cell: ({ profile }) => terminal.profiles[profile],
      isExtra: true,
    },
    {
      id: "modifiedAt",
      header: fields.modifiedAt,
      cell: ({ modifiedAt }) => <Time at={modifiedAt} seconds={false} />,
      sort: { ascending: "modifiedAt", descending: "-modifiedAt" },
      isExtra: true,
    },
  ];
}
