"""Preset dictionary 1 of the raw deflate used inside log and doc rows. Public words only; part of format 1 for ever.

The most frequent strings stand at the end, where deflate reaches them with the shortest codes. Only storage uses
it: hashes and signatures are over the uncompressed bytes.
"""

from __future__ import annotations

import zlib

_WORDS = (
    '"curp":"","locality":"","municipality":"Ángel Albino Corzo","mother_name":"","phone":"","address":""'
    '"La Concordia""Siltepec""Montecristo de Guerrero""Capitán Luis Ángel Vidal"'
    '"insurance":"","old_numbers":[],"acompanante":"","birth_estimated":true,"indigenous":false'
    '"given":"María José Juan ","surname1":"Hernández","surname2":"López","Pérez","Gómez","sex":"F","sex":"M","birth":"19'
    '"clinic_number":"","registered_day":"20","registered_by":"'
    '"warning_signs":"","coping":"","people":[{"name":"","means_asked":true,"stays_tonight":"","next_contact":"20'
    '"head_cm":,"waist_cm":,"fasting":true,"chief_complaint":"'
    '"status":"pendiente""status":"cumplida""gravity":2,"kind":"","owner":"","due":"20","sensitive":true,"opened":"20'
    '"instrument":"phq9","version":"","answers":[0,1,2,3,0,0],"total":,"band":"","flags":[],"read_by":"'
    '"kind":"receive","reason":"","source":"CES","source":"SSA","expiry":"202","number":"","item":"","lot":"'
    '"lines":[{"item":"","asked":30,"given":[{"lot":"","quantity":30}]}],"consult":"'
    '"came":"cita","reason":"Control de ","subjective":"Acude a control. Niega cefalea, acúfenos, fosfenos, disnea, dolor torácico. '
    'Refiere tomar sus medicamentos. Sin efectos adversos. ","objective":"Consciente, orientado, hidratado. Campos pulmonares ventilados. '
    'Ruidos cardiacos rítmicos. Abdomen blando, no doloroso. Extremidades sin edema. ","analysis":"Paciente con hipertensión arterial en '
    'control, diabetes mellitus tipo 2, ","plan":"Continuar mismo tratamiento. Dieta y ejercicio. Cita en un mes. Datos de alarma. '
    '","diagnoses":[{"code":"I10.X","text":"Hipertensión esencial","first_time":true,"primary":true}],'
    '"prescription":[{"item":"","generic":"","form":"tableta","strength":"50 mg","dose":1,"unit":"tableta","morning":"1","noon":"",'
    '"afternoon":"","night":"1","days":30,"quantity":60,"route":"oral","instructions":"'
    '"next_day":"20","next_reason":"","vitals":"","screenings":[],"protocols":[],"draft":"'
    '"systolic":12,"diastolic":8,"pulse":7,"resp":18,"temp_c":36.5,"spo2":97,"weight_kg":6,"height_cm":15,"glucose_mgdl":1'
    '{"v":1,"dev":"","inc":"","seq":,"prev":"","hlc":[17,0],"wall":17,"by":"","app":"0.1.0","ch":[{"doc":"01","rev":"01","par":[],'
    '"t":"arrival","tv":1,"pat":"01","day":"202","h":"","len":},{"doc":"01","t":"appointment","t":"alert","t":"dispense","t":"vitals",'
    '"t":"consult","tv":1,"pat":"01","author":"","at":17,"day":"202'
)
DICTIONARY_ID = 1
_ZDICT = _WORDS.encode()[-32_000:]
_MOST_PLAIN = 2 << 20
_READY = zlib.compressobj(4, zlib.DEFLATED, -13, 2, zlib.Z_DEFAULT_STRATEGY, _ZDICT)
"""Has read the dictionary and nothing else; a copy is cheaper than reading it again for each body."""


def deflate(plain: bytes) -> bytes:
    """Raw deflate with the preset dictionary; a window of 8 KB, since making a larger one costs more than the body."""
    squeezer = _READY.copy()
    return squeezer.compress(plain) + squeezer.flush()


def same_plain(one: bytes, other: bytes) -> bool:
    """Whether two packed bodies hold the same bytes; another build of zlib may pack them differently."""
    if one == other or not one or not other:
        return one == other
    try:
        return inflate(one) == inflate(other)
    except zlib.error:
        return False


def inflate(packed: bytes) -> bytes:
    """The plain bytes, at most 2 MiB; zlib.error for anything else."""
    opener = zlib.decompressobj(-15, _ZDICT)
    plain = opener.decompress(packed, _MOST_PLAIN)
    if opener.unconsumed_tail or not opener.eof:
        raise zlib.error("row longer than format 1 allows")
    return plain
