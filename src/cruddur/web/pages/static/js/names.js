// Names that readers could confuse. src/cruddur/domain/text.py has the same rule, and a test compares the two.

// Small Cyrillic and Greek letters, and digits, that look like a Latin letter, as small letters or as capitals.
const FROM = "авеіјкӏмнорсԛѕтухһԁԝьαβεηικμνορςστυχ0i1|";
const TO = "abeljklmhopcqstyxhdwbabenlkmvopcotuxolll";
const LIKE = new Map([...FROM].map((char, at) => [char, TO[at]]));
const SEEN = /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}\p{S}]/gu;

/** A form that is equal for names that look alike.
    @param {string} name */
export function looks(name) {
  const folded = name.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKD");
  const letters = (folded.match(SEEN) ?? []).map((char) => LIKE.get(char) ?? char);
  return letters.join("").replaceAll("rn", "m").replaceAll("vv", "w");
}

/** The uuids of the people whose names could be confused with another's.
    @param {{ uuid: string; display_name: string }[]} people */
export function alike(people) {
  const names = new Map(
    [...people].map(({ uuid, display_name: name }) => [`${uuid} ${name}`, { uuid, name }]),
  );
  const byLook = new Map(); // look → Set(uuid)
  for (const { uuid, name } of names.values()) {
    const look = looks(name);
    byLook.set(look, (byLook.get(look) ?? new Set()).add(uuid));
  }
  const shared = [...byLook.values()].filter(({ size }) => size > 1);
  return new Set(shared.flatMap((uuids) => [...uuids]));
}
