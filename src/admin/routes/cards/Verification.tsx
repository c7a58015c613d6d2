import { Status } from "../../shared/status/Status.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import type { Card } from "./queries.ts";

type Said = NonNullable<Card["verification"]>;

/** What the reward system said last, in words. */
export function Verification({ verification: { at, said, differences } }: { readonly verification: Said }) {
  const words = useTexts().cards.verification;
  const told = differences.map((one) => {
    switch (one) {
      case "NOT_ENROLLED":
        return words.notEnrolled;
      case "ICA":
        return words.ica(said.ica ?? "");
      case "PRODUCT":
        return words.product(said.productCode ?? "");
    }
  });
  const isSame = differences.length === 0;
  return (
    <>
      <Status
        tone={isSame ? "ok" : "bad"}
        icon={isSame ? "check" : "cross"}
        word={isSame ? words.confirmed : told.join("; ")}
      />
      {said.since === null ? null : (
        <>
          , {words.since} <Time at={said.since} seconds={false} />
        </>
      )}
      <span className="meta">
        {" "}
        {words.asked} <Time at={at} seconds={false} />. {isSame ? null : words.changesNothing}
      </span>
    </>
  );
}
