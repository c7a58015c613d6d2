import { Button, NativeSelect, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { may } from "../../api/session.ts";
import { isCardNumberFor } from "../../cardNumberGuard.ts";
import { useTexts } from "../../texts/texts.ts";
import { DateTimeField } from "../time/DateTimeField.tsx";
import { type Filter, type ListSearch, sortOut, valueOf, valuesOf } from "./filters.ts";
import classes from "./FilterBar.module.css";
import { FilterChip } from "./FilterChip.tsx";
import { ManyChoices } from "./ManyChoices.tsx";
import { NamedFilter } from "./named/NamedFilter.tsx";

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
            <FilterChip
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
          key={textOf(valuesOf(search, name))}
          filter={filter}
          search={search}
          onChange={onChange}
        />
      );
    case "named": {
      const values = valuesOf(search, name);
      const choose = (id: string): void =>
        onChange(name, filter.isMultiple === true && !values.includes(id) ? [...values, id] : [id]);
      return <NamedFilter of={filter.of} label={label} values={values} onChoose={choose} />;
    }
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
      return filter.isMultiple === true ? (
        <ManyChoices
          label={label}
          options={filter.options}
          values={values}
          onChange={(chosen) => onChange(name, chosen)}
        />
      ) : (
        <NativeSelect
          label={label}
          value={values[0] ?? ""}
          data={[{ value: "", label: tables.any }, ...filter.options]}
          onChange={({ currentTarget: { value } }) => onChange(name, value === "" ? [] : [value])}
        />
      );
    }
  }
}

/** Several values as they are typed. */
function textOf(values: readonly string[]): string {
  return values.join(", ");
}

/** Counts when Enter is pressed or the field is left. */
function TextFilter({
  filter: { name, label, isMultiple = false, pattern, hint },
  search,
  onChange,
}: {
  readonly filter: Extract<Filter, { kind: "text" }>;
  readonly search: ListSearch;
  readonly onChange: (name: string, values: readonly string[]) => void;
}) {
  const { tables } = useTexts();
  const [refused, setRefused] = useState<"number" | "form" | null>(null);
  const before = textOf(valuesOf(search, name));
  const apply = (field: HTMLInputElement): void => {
    const typed = isMultiple ? field.value.split(",") : [field.value];
    const values = [...new Set(typed.map((value) => value.trim()).filter((value) => value !== ""))];
    // Neither the address nor the field keeps it.
    if (isCardNumberFor(name, field.value) || values.some((value) => isCardNumberFor(name, value))) {
      field.value = "";
      setRefused("number");
      return;
    }
    if (values.some((value) => pattern?.test(value) === false)) {
      setRefused("form");
      return;
    }
    setRefused(null);
    if (textOf(values) !== before) onChange(name, values);
  };
  return (
    <TextInput
      label={label}
      {...(hint === undefined ? {} : { placeholder: hint })}
      defaultValue={before}
      error={
        refused === "number" ? (
          <>
            {tables.cardNumber} {may("cards:lookup") ? <Link to="/cards">{tables.cardLookup}</Link> : null}
          </>
        ) : refused === "form" ? (
          hint
        ) : undefined
      }
      onInput={() => setRefused(null)}
      onKeyDown={(event) => {
        if (event.key === "Enter") apply(event.currentTarget);
      }}
      onBlur={({ currentTarget }) => {
        if (refused === null) apply(currentTarget);
      }}
    />
  );
}
