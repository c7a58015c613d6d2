import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { may } from "../../api/session.ts";
import { Acts } from "../../shared/history/Acts.tsx";
import { useTexts } from "../../texts/texts.ts";
import { LocationName } from "./LocationName.tsx";
import { type Terminal, type TerminalPastAct, terminalHistoryQuery } from "./queries.ts";

/** What became of the terminal: codes, keys, places, and by whom. */
export function TerminalHistory({
  terminal: { serialNumber, revision },
}: {
  readonly terminal: Pick<Terminal, "serialNumber" | "revision">;
}) {
  const { life } = useTexts().deviceCodes;
  const query = useInfiniteQuery(terminalHistoryQuery(serialNumber, revision));
  return (
    <Acts
      title={life.title}
      none={life.none}
      byItself={life.byItself}
      query={query}
      what={(act) => <Done act={act} />}
    />
  );
}

function Done({ act: { act, locationId, credentialId } }: { readonly act: TerminalPastAct }) {
  const { deviceCodes, places } = useTexts();
  const { acts, key } = deviceCodes.life;
  return (
    <>
      {acts[act]}
      {act === "MOVED" && locationId === null ? ` ${places.terminal.noLocation}` : null}
      {locationId === null ? null : may("locations:read") ? (
        <>
          {" "}
          <Link to="/locations/$id" params={{ id: locationId }}>
            <LocationName id={locationId} />
          </Link>
        </>
      ) : (
        ` ${locationId}`
      )}
      {credentialId === null ? null : <span className="second"> {key(`…${credentialId.slice(-4)}`)}</span>}
    </>
  );
}
