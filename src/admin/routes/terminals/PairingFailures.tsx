import { useQuery } from "@tanstack/react-query";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { pairingFailuresQuery } from "./queries.ts";

const LOOK_MS = 2_000;

/** Why the terminal did not come in since its newest code: the device itself is told none of it. */
export function PairingFailures({ serial }: { readonly serial: string }) {
  const { failures } = useTexts().deviceCodes;
  const { data } = useQuery({ ...pairingFailuresQuery(serial), refetchInterval: LOOK_MS });
  if (data === undefined || data.length === 0) return null;
  return (
    <section aria-label={failures.title} role="status">
      <h3>{failures.title}</h3>
      <ul>
        {data.map(({ why, at }) => (
          <li key={why}>
            {failures.why[why]} <Time at={at} />
          </li>
        ))}
      </ul>
    </section>
  );
}
