"""Which real list is read with which mapping, in the order in which a whole region comes in."""

import gzip

from tests.exchange.real_files import EXAMPLES, real_files
from tracker.exchange.mapping import RegistryMapping, read_registry_mapping

GEONAMES = "c-lac-geonames-citiesjson"
ADMIN1, ADMIN2, TOWNS = (f"{GEONAMES}/{name}" for name in ("admin1_lac.csv", "admin2_lac.csv", "cities_lac.csv.gz"))
COVID = "c-covid19datahub-lac"
#: Mapping → list.
LISTS = {
    "registry-states-brazil": "c-brazil-kelvins/estados.csv",
    "registry-states-geonames": ADMIN1,
    "registry-brazil-kelvins": "c-brazil-kelvins/municipios.csv",
    "registry-mexico-mxmaps": "c-mexico-mxmaps/df_mxmunicipio_2020.csv",
    "registry-mexico-since-2020": ADMIN2,
    "registry-peru-ubigeo": "c-peru-ubigeo/ubigeo_distrito.csv",
    "registry-chile-comunas": "c-chile-comunas/Latitud - Longitud Chile.csv",
    "registry-colombia-divipola": "c-google-covid-metadata-lac/metadata_lac.csv",
    "registry-colombia-places": f"{COVID}/COL.csv",
    "registry-argentina-partidos": ADMIN2,
    "registry-argentina-departments": ADMIN2,
    "registry-argentina-city": f"{COVID}/ARG.csv",
    "registry-argentina-places": f"{COVID}/ARG.csv",
    "registry-geonames-municipalities": ADMIN2,
    "registry-cuba-isla-de-la-juventud": ADMIN1,
    "registry-uruguay-municipios": ADMIN2,
    "registry-geonames-parishes": ADMIN1,
    "registry-geonames-departments": ADMIN1,
    "registry-geonames-towns": TOWNS,
    "registry-uruguay-towns": TOWNS,
    "registry-geonames-towns-of-states": TOWNS,
}
PCODES = "c-ocha-pcodes/global_pcodes_2023-02_lac.csv"


def list_called(mapping: str) -> tuple[bytes, str, RegistryMapping]:
    """Content, file name and mapping of the list that is read with a mapping."""
    return (*content_of(LISTS[mapping]), mapping_called(mapping))


def content_of(name: str) -> tuple[bytes, str]:
    """Content and name of a real file; a compressed one is unpacked."""
    path = real_files() / name
    content = path.read_bytes()
    return (gzip.decompress(content), path.stem) if path.suffix == ".gz" else (content, path.name)


def mapping_called(name: str) -> RegistryMapping:
    """An example's mapping."""
    return read_registry_mapping((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
