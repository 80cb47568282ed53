"""First names that many people bear, folded: «hola soy ana» tells a name without a capital letter, «soy celíaca» none."""

from typing import Final

FIRST_NAMES: Final = frozenset(
    # Spanish
    "ana maria jose juan carlos luis jorge miguel pedro pablo diego martin marta lucia laura paula sofia camila valentina martina julieta florencia agustina micaela daniela gabriela fernanda andrea"
    " claudia patricia silvia monica veronica alejandra alejandro fernando ricardo roberto eduardo sergio gustavo javier francisco antonio manuel rafael daniel david gabriel nicolas matias"
    " santiago sebastian tomas joaquin facundo ignacio rodrigo gonzalo federico leandro ezequiel emiliano mateo bruno lucas lautaro ramiro hernan walter hector oscar raul ruben victor hugo"
    " marcelo mario cesar ivan cristian esteban adriana carolina natalia romina yanina vanesa vanessa lorena mariana cecilia graciela susana beatriz teresa carmen isabel elena irene raquel"
    " pilar rocio noelia cristina alicia ines julia juana josefina guadalupe lupita ximena jimena regina renata brenda karla itzel yesenia yolanda leticia norma gloria blanca marisol liliana"
    " paola viviana angela angelica milagros rosario fatima dolores ramon alberto enrique guillermo ernesto felix emilio arturo armando adrian alvaro jaime andres camilo mauricio jhon wilson edgar"
    " freddy edwin percy wilmer ximo iker jordi montse nuria eva sara alba aitana candela macarena antonella delfina catalina constanza francisca trinidad ignacia benjamin maximiliano"
    # Portuguese
    " joao paulo antonia francisca luiz luiza thiago tiago felipe filipe gustavo vinicius leonardo rafaela beatriz larissa leticia amanda bruna jessica aline patricia juliana fernanda camila"
    " mariana carla renata simone sandra marcia marcos marcio fabio fabiana rogerio sergio wagner wellington anderson everton caio murilo enzo heitor bernardo davi samuel otavio igor yuri"
    " duarte goncalo afonso tomas martim rui nuno vasco ines matilde leonor carolina joana catarina margarida sofia raquel susana helena teresa rita filipa isadora yasmin giovanna"
    # English
    " john james michael robert william richard thomas charles christopher matthew anthony steven andrew joshua kenneth kevin brian george timothy ronald edward jason jeffrey ryan jacob gary"
    " nicholas eric jonathan stephen larry justin scott brandon gregory alexander patrick jack dennis jerry tyler aaron henry douglas peter adam nathan zachary kyle ethan jeremy noah oliver"
    " mary jennifer linda elizabeth barbara susan sarah karen lisa nancy margaret ashley emily michelle melissa deborah stephanie rebecca sharon cynthia kathleen amy shirley"
    " helen anna samantha katherine nicole christine catherine debra rachel janet emma diane olivia heather julie victoria kelly lauren megan hannah jacqueline sophia chloe charlotte zoe lucy kate jane"
    " anne ann alice tom ben sam mike steve dave chris alex nick jim joe dan matt tim rob kim jen liz sue".split()
)
