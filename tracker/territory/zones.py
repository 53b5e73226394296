"""Zones of states and municipalities whose clocks differ from their country's, by the beginning of official codes.

Sources: zone.tab of the IANA time zone database for which state is in which zone; for single municipalities the law
of the country, named beside them. Only official codes are here: INEGI (MX), IBGE (BR), CUT (CL), INEC (EC).
"""

#: Country → beginning of an official code → IANA zone; the longest beginning counts.
ZONES: dict[str, dict[str, str]] = {
    "BR": {
        "11": "America/Porto_Velho",
        "12": "America/Rio_Branco",
        "13": "America/Manaus",
        # West of the line from Tabatinga to Porto Acre: law 12.876 of 2013.
        **dict.fromkeys(
            (
                "1300201",
                "1300607",
                "1300706",
                "1301407",
                "1301506",
                "1301654",
                "1301803",
                "1301951",
                "1302306",
                "1302405",
                "1303502",
                "1303908",
                "1304062",
            ),
            "America/Eirunepe",
        ),
        "14": "America/Boa_Vista",
        "2605459": "America/Noronha",
        "50": "America/Campo_Grande",
        "51": "America/Cuiaba",
    },
    "CL": {
        "05201": "Pacific/Easter",
        "11": "America/Coyhaique",
        "12": "America/Punta_Arenas",
    },
    "EC": {"20": "Pacific/Galapagos"},
    "MX": {
        "02": "America/Tijuana",
        "03": "America/Mazatlan",
        "18": "America/Mazatlan",
        "18020": "America/Bahia_Banderas",
        "23": "America/Cancun",
        "25": "America/Mazatlan",
        "26": "America/Hermosillo",
        # The border: Ley de los Husos Horarios of 28 October 2022, article 4, as changed for Chihuahua in November.
        **dict.fromkeys(("08005", "08028", "08035", "08037", "08053"), "America/Ciudad_Juarez"),
        **dict.fromkeys(("08015", "08042", "08052"), "America/Ojinaga"),
        **dict.fromkeys(
            (
                *("05002", "05003", "05012", "05013", "05014", "05019", "05022", "05023", "05025"),
                *("05037", "05038", "19005"),
                *("28007", "28014", "28015", "28022", "28024", "28025", "28027", "28032", "28033", "28040"),
            ),
            "America/Matamoros",
        ),
    },
}


def zone_of(country_code: str, official_code: str) -> str | None:
    """The own zone of the municipality with this official code; None where the country's holds."""
    zones = ZONES.get(country_code)
    if zones is None:
        return None
    beginnings = (official_code[:length] for length in range(len(official_code), 1, -1))
    return next((zones[beginning] for beginning in beginnings if beginning in zones), None)
