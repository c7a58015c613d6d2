import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTexts } from "../../texts/texts.ts";
import { DateTimeField } from "../time/DateTimeField.tsx";
import { usePreferences } from "../page/preferencesContext.ts";
import { zoneOf } from "../preferences.ts";
import { formatInstant } from "../time/format.ts";
import { type Filter, type ListSearch, sortOut, valueOf, valuesOf } from "./filters.ts";
import classes from "./FilterBar.module.css";

export interface FilterBarProps {
  readonly filters: readonly Filter[];
  readonly search: ListSearch;
  /** A filter with its new values; none takes it away. */
  readonly onChange: (name: string, values: readonly string[]) => void;
  readonly onClear: () => void;
}

/** The filters of a list: those used most at hand, the others a click away, each that holds as a chip with words. */
export function FilterBar({ filters, search, onChange, onClear }: FilterBarProps) {
  const { tables } = useTexts();
  const [added, setAdded] = useState<readonly string[]>([]);
  const { active, ignored } = sortOut(search, filters);
  const isShown = ({ name, isFirst }: Filter): boolean =>
    isFirst === true || added.includes(name) || active.some(({ filter }) => filter.name === name);
  const others = filters.filter((filter) => !isShown(filter));
  return (
    <section aria-label={tables.filters} className={classes["bar"]}>
      <div className={classes["fields"]}>
        {filters.filter(isShown).map((filter) => (
          <FilterField key={filter.name} filter={filter} search={search} onChange={onChange} />
        ))}
        {others.length === 0 ? null : (
          <NativeSelect
            aria-label={tables.moreFilters}
            value=""
            data={[
              { value: "", label: tables.moreFilters },
              ...others.map(({ name, label }) => ({ value: name, label })),
            ]}
            onChange={({ currentTarget: { value } }) => setAdded((before) => [...before, value])}
          />
        )}
      </div>
      {active.length + ignored.length === 0 ? null : (
        <div className={classes["chips"]}>
          {active.map(({ filter, values }) => (
            <Chip
              key={filter.name}
              filter={filter}
              values={values}
              onRemove={() => onChange(filter.name, [])}
            />
          ))}
          {ignored.map(({ name, value }) => (
            <s key={`${name} ${value}`} className={classes["ignored"]}>
              <bdi>{tables.ignored(name, value)}</bdi>
            </s>
          ))}
          <Button variant="subtle" size="compact-sm" onClick={onClear}>
            {tables.clearAll}
          </Button>
        </div>
      )}
    </section>
  );
}

function Chip({
  filter,
  values,
  onRemove,
}: {
  readonly filter: Filter;
  readonly values: readonly string[];
  readonly onRemove: () => void;
}) {
  const { tables } = useTexts();
  const { preferences } = usePreferences();
  const word = (value: string): string => {
    switch (filter.kind) {
      case "text":
        return value;
      case "time":
        return formatInstant(value, {
          language: preferences.language,
          zone: zoneOf(preferences),
          seconds: false,
        });
      case "choice":
        return filter.options.find((option) => option.value === value)?.label ?? value;
    }
  };
  return (
    <span className={classes["chip"]}>
      <bdi>{tables.filterIs(filter.label, values.map(word).join(tables.or))}</bdi>
      <button type="button" aria-label={tables.removeFilter(filter.label)} onClick={onRemove}>
        <IconX size={14} aria-hidden="true" />
      </button>
    </span>
  );
}

function FilterField({
  filter,
  search,
  onChange,
}: {
  readonly filter: Filter;
  readonly search: ListSearch;
  readonly onChange: (name: string, values: readonly string[]) => void;
}) {
  const { tables } = useTexts();
  const { name, label } = filter;
  switch (filter.kind) {
    case "text":
      return (
        <TextFilter
          key={valueOf(search, name) ?? ""}
          name={name}
          label={label}
          search={search}
          onChange={onChange}
        />
      );
    case "time":
      return (
        <DateTimeField
          label={label}
          value={valueOf(search, name) ?? null}
          onChange={(value) => onChange(name, value === null ? [] : [value])}
        />
      );
    case "choice": {
      const values = valuesOf(search, name);
      const isSeveral = filter.isMultiple === true;
      return (
        <NativeSelect
          label={label}
          value={isSeveral ? "" : (values[0] ?? "")}
          data={[
            { value: "", label: tables.any },
            ...filter.options.filter(({ value }) => !isSeveral || !values.includes(value)),
          ]}
          onChange={({ currentTarget: { value } }) => {
            if (value === "") onChange(name, []);
            else onChange(name, isSeveral ? [...values, value] : [value]);
          }}
        />
      );
    }
  }
}

/** Counts when Enter is pressed or the field is left. */
function TextFilter({
  name,
  label,
  search,
  onChange,
}: {
  readonly name: string;
  readonly label: string;
  readonly search: ListSearch;
  readonly onChange: (name: string, values: readonly string[]) => void;
}) {
  const before = valueOf(search, name) ?? "";
  const apply = (text: string): void => {
    const value = text.trim();
    if (value !== before) onChange(name, value === "" ? [] : [value]);
  };
  return (
    <TextInput
      label={label}
      defaultValue={before}
      onKeyDown={(event) => {
        if (event.key === "Enter") apply(event.currentTarget.value);
      }}
      onBlur={({ currentTarget }) => apply(currentTarget.value)}
    />
  );
}
