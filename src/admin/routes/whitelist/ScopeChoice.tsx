import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTexts } from "../../texts/texts.ts";
import { allLocationsQuery } from "../locations/queries.ts";
import { allRulesetsQuery, type Scope } from "./queries.ts";

/** Whose list is meant: an empty id until one is chosen. */
export function ScopeChoice({
  value,
  onChange,
}: {
  readonly value: Scope;
  readonly onChange: (scope: Scope) => void;
}) {
  const { whitelist } = useTexts();
  const { fields, kinds } = whitelist;
  const locations = useQuery(allLocationsQuery());
  const rulesets = useQuery(allRulesetsQuery());
  const found = value.kind === "LOCATION" ? locations.data : rulesets.data;
  return (
    <>
      <NativeSelect
        label={fields.kind}
        value={value.kind}
        data={(["LOCATION", "RULESET"] as const).map((kind) => ({ value: kind, label: kinds[kind] }))}
        onChange={({ currentTarget }) =>
          onChange({ kind: currentTarget.value === "RULESET" ? "RULESET" : "LOCATION", id: "" })
        }
      />
      <NativeSelect
        label={value.kind === "LOCATION" ? fields.locationId : fields.rulesetId}
        value={value.id}
        data={[
          { value: "", label: whitelist.choose },
          ...(found ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={({ currentTarget }) => onChange({ ...value, id: currentTarget.value })}
      />
    </>
  );
}
