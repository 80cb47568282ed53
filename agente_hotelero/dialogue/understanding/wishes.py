"""What guests ask of a front desk, and want done by one: the common wordings, in three languages.

Modest on purpose: a word stands here where it means one thing at a hotel, whoever writes it.
"""

from typing import Final

from agente_hotelero.dialogue.reading import Intent

_BROKEN: Final = "(funciona/funcionan/funcionando/anda/andan/prende/enciende/sirve/jala/sale/cierra/abre/carga/working/liga/esquenta/calienta/enfria)"
_THING: Final = (
    "(aire/ducha/regadera/agua/luz/tele/tv/television/televisor/calefaccion/wifi/internet/inodoro/bano/puerta/llave/ascensor/elevador/heladera/control"
    "|ar/chuveiro/agua/porta/chave/cartao/vaso/aquecedor|shower/toilet/ac/aircon/heater/heating/light/lights/door/key/keycard/sink/fridge/water/lift/elevator)"
).replace("|", "/")
_GIVE: Final = "(traer/traen/traeme/traiga/traigan/traerme/traerian/suban/subir/suben/subeme/subanme/mandar/mandan/manden/mandeme/mandenme/manda/mande/envien/enviar/enviame/dejar/dejen/trazer/trazem/tragam/traz/bring/send/get/have)"
_LINEN: Final = "(toalla*/toalha*/towel*/sabana*/lencol*/lencois/sheets/almohada*/travesseiro*/pillow*/cobija*/frazada*/manta*/cobertor*/blanket*/papel_higienico/papel_toilet/toilet_paper/jabon/sabonete/soap/shampoo/champu)"
_MINE: Final = "(mi/mis/meu/minha/my/un/una/el/la/los/las/o/a/os/as/the/uma/um/our)"

ORDERS: Final = frozenset(
    "traer traen traeme traiga traigan traerme traerian suban subir suben subeme subanme mandar mandan manden mandeme mandenme manda mande envien enviar enviame dejen necesito necesitamos falta faltan quiero queremos quisiera"
    " limpien limpiar cambien cambiar favor porfa porfavor pasen vengan trazer trazem tragam traga traz preciso precisamos faltam quero queria limpem limpar troquem trocar arrumem arrumar"
    " bring send get have need needs want please pls more extra clean change".split()
)
"""Words of who wants it done; «¿hay room service?» has none of them."""
WISHES: Final = {
    Intent.PAYMENT: (
        "(formas/forma/metodo/metodos/medios/medio/formas/opciones) de (pago/pagamento/pagos)|payment (method/methods/options)|(como/donde/onde/how) .. (pago/pagar/pagamos/pay/se_paga)|(puedo/podemos/podria/se_puede/posso/podemos/pode/da_para/can/could) .. (pagar/abonar/pay)"
        "|(aceptan/aceitam/acepta/aceita/take/accept/reciben/recebem) .. (tarjeta*/cartao/cartoes/card/cards/credit/cash/efectivo/dinheiro/pix/transferencia*/paypal/amex/visa/mastercard/dolares/euros/yape/nequi/cheque*/bitcoin)"
        "|(pagar/pago/abonar/pagamento/pay) (en/con/por/em/com/no/via/by/with/in) .. (tarjeta/cartao/card/efectivo/cash/dinheiro/pix/transferencia/cuotas/parcelas/dolares/instalments/installments)"
        "|(en/em/sin/in) (cuotas/parcelas/instalments/installments)|cuotas|parcelar|parcelado|parcelam|parcelamento|meses sin intereses|instalments|installments|(pedir/piden/cobran/hay_que/pedem/cobram/tem_que/need/take/require) .. (sena/anticipo/sinal/deposito/deposit/adelanto/caucao)"
        "|(cbu/alias/clabe/iban/numero_de_cuenta/link_de_pago/link_de_pagamento/payment_link/datos_bancarios/dados_bancarios)|(comprobante/comprovante/comprovativo) (de/do/del) (pago/pagamento/transferencia/pix)"
    ),
    Intent.DISPUTED_CHARGE: (
        "(me/nos) (cobraron/cobro/cobraram/cobrou) (de_mas/doble/dos_veces/mal/dobrado/duas_vezes/a_mais/demais/otra_vez/de_nuevo/algo/una_cosa)|cobraron (de_mas/doble/dos_veces/mal)|(cobro/cargo/cobranca/charge) (doble/duplicad*/dobrado/dobrada/indebid*/indevid*/incorrect*/equivocad*/que_no/que_nao)|doble (cobro/cargo)"
        "|(double/twice/overcharged/wrongly) charged|(charged/billed) .. twice|charged (me/us)? (twice/double/too_much/extra/wrong)|overcharged|double charge*|(wrong/unknown/incorrect/duplicate/unauthorised/unauthorized) charge*|(dispute/disputar/reclamar/contestar) .. (charge/cargo/cobro/cobranca)|(don't/dont/no/nao) (recognise/recognize/reconozco/reconheco) .. (charge/cargo/cobro/cobranca)|cobranca (dupla/errada)|cobraram (errado/a_mais/duas_vezes/dobrado)"
    ),
    Intent.DISCOUNT: (
        "descuent*|descont*|discount*|promocion*|promocoes|promocao|promo|promos|oferta|ofertas|special (offer/offers/price/rate)|any (deals/offers)|best (price/deal)|(mejor/ultimo/melhor) precio|(mejor/mas_barato/melhor) .. (precio/preco/tarifa) $|rebaja|rebajan|me (haces/hacen/hace) (precio/un_precio)|faz um preco|cupon|cupom|coupon|promo code|voucher|off the (price/room/suite/double/rate/stay/bill/total)|(percent/money) off"
    ),
    Intent.INVOICE: (
        "factura|facturas|facturan|facturar|facturacion|boleta|recibo|nota fiscal|notas fiscais|nfs|nfse|nf e|fatura|faturas|fatura-recibo|invoice|invoices|receipt|receipts|(emiten/emitem/dan/issue) .. (factura/nota/invoice)|itemised bill|itemized bill"
    ),
    Intent.REFUND: (
        "(quiero/quisiera/queremos/exijo/solicito/pido/necesito/espero/esperando/quero/preciso/aguardo/want/need/requesting/request/demand/waiting) .. (reembolso/reintegro/devolucion/devolucao/estorno/refund/reimbursement/reimbursed)|(mi/my/meu/nuestro/our/el/the/un/o) (reembolso/reintegro/estorno/refund)|(donde/cuando/cuanto/onde/quando/quanto/cade/where/when/how_long) .. (reembolso/reintegro/devolucion/devolucao/estorno/refund/refunds/devuelv*/devolv*)"
        "|devuelvanme|devuelvame|devuelveme|devolveme|devuelvan (el/la/mi) (dinero/plata/sena/anticipo)|que me devuelvan|(quiero/quero/i_want/give_me) (mi/meu/o_meu/my) (dinero/plata/dinheiro/money) (de_vuelta/de_volta/back)|(want/get/give_me) my money back|dinheiro de volta|estorno"
    ),
    Intent.EARLY_CHECK_IN: (
        "(early/earlier) (check_in/checkin/arrival)|(check_in/checkin) (temprano/anticipad*/antecipad*/antes/mas_temprano/mais_cedo/early/earlier)|(check_in/checkin) .. (temprano/mas_temprano/mais_cedo/antecipad*/anticipad*/early/earlier)|(entrada/ingreso/llegada) (temprana/temprano/anticipad*/antecipad*/mais_cedo)"
        "|(entrar/ingresar/llegar/chegar/subir/alojarme) (mas_temprano/antes/mais_cedo/temprano/cedo)|(get_in/check_in/checkin/come/arrive/arriving) (early/earlier)|(room/habitacion/cuarto/quarto/pieza) (ready/lista/listo/pronto/disponible/available)? (early/earlier/antes/mas_temprano/temprano/mais_cedo)|antes de la hora de (check_in/checkin/entrada/ingreso)|antes do horario"
    ),
    Intent.ARRIVAL_NOTICE: (
        "(llego/llegamos/llegaremos/llegare/llegando/estaremos_llegando/vamos_a_llegar/voy_a_llegar/vou_chegar/chegamos/chego/chegaremos/estamos_chegando/arriving/arrive/be_there/get_there) (tarde/a_las/tipo/como_a_las/sobre_las/hacia_las/alrededor_de_las/despues_de_las/de_noche/de_madrugada/en_la_noche/as/la_pelas/la_pras/por_volta_das/depois_das/de_noite/late/at_around/around/about/after_midnight/by/at_about)"
        "|(voy/vamos/estoy/estamos) (llegando/en_camino/retrasad*/demorad*/atrasad*)|(estou/estamos/to/tamo) (a_caminho/chegando/atrasad*)|(on_my/on_our) way|running late|(vuelo/flight/voo) .. (retras*/demor*/delay*/atras*)|(llegada/chegada/arrival/arriving) (tardia/late)|late arrival|(hora_estimada/hora_prevista/estimated_time/eta) (de_llegada/de_chegada/of_arrival)|(llego/llegamos/chego/chegamos) en # (min/minutos/horas)"
    ),
    Intent.LUGGAGE: (
        "equipaje*|maleta|maletas|valija*|bagagem|bagagens|malas|guarda volume*|guardaequipaje*|luggage|baggage|suitcase*|(leave/store/drop/keep/hold/stash) .. (bags/bag/cases/backpack*)|bag storage|cloak room|left luggage|(guardar/guardan/dejar/dejo/dejamos/deixar/guardam) .. (mochila*/bolsos/mala/bolsas)"
    ),
    Intent.TRANSPORT: (
        "(transfer/transfers) (al/del/desde/hasta/para/do/da/from/to_the/service/aeropuerto)|airport transfer|(tienen/tem/hay/ofrecen/have) (transfer/transfers)|traslado*|translado*|shuttle|taxi|taxis|remis|remises|(aeropuerto/aeroporto/airport/terminal/rodoviaria) .. (hotel/ahi/alla/ustedes/voces/you)|(desde/from/do/del) (el/the)? (aeropuerto/aeroporto/airport)|(pick/pickup/pick_up/recoger/recogen/buscan/buscar/buscam) .. (airport/aeropuerto/aeroporto/terminal)"
        "|airport (pick/pickup/transfer)|(que/which/what/cual) (bus/colectivo/micro/metro/subte/onibus/tren/train/linea/line)|(alquilar/alquilan/rentar/rentan/alugar/alugam/rent) .. (auto/coche/carro/car/moto)|(servicio/servico) de transporte|public transport"
    ),
    Intent.LOCAL_TIPS: (
        "(que/what/o_que) .. (visitar/fazer_na/hacer_por/hacer_en/conocer/conhecer/ver_en/to_do/to_see/to_visit)|(que_hay/que_tem/what_is_there/what's) .. (cerca/alrededor/perto/nearby/around/zona)|(recomiend*/recomend*/suggest*/sugier*/indica*) .. (restaurante*/restaurant*/lugar/lugares/bar/bares/tour*/paseo*/passeio*/playa*/praia*/excursion*/comer/cenar/eat/dinner/sitio/place/places)"
        "|(things/stuff) to (do/see)|(lugares/atractivos/atracciones/atracoes/pontos) turistic*|places to (eat/visit/see/go)|(donde/onde/where) .. (comer/cenar/almorzar/jantar/almocar/eat/drink/bailar/tomar_algo)|(farmacia/supermercado/super/cajero/banco/playa/praia/beach/pharmacy/atm/supermarket/shops/centro_comercial/shopping) .. (cerca/perto/near/nearby/close)|(hay/tem/is_there/any) .. (cerca/perto/near/nearby/around_there)|(zona/barrio/area/bairro/neighbourhood/neighborhood) .. (segur*/safe)|(como/how) (esta/is) el? (clima/tempo/weather)|(attractions/sightseeing/excursiones/passeios)"
    ),
    Intent.RESTAURANT: (
        "(restaurante/restaurant/resto/comedor) $|(tienen/tenes/hay/tem/have/is_there/there_is/tiene) (un/a/um/el)? (restaurante/restaurant/bar/cafeteria)|(restaurante/restaurant/bar/cocina/cozinha/kitchen) .. (abre/abren/abierto/cierra/cierran/aberto/fecha/open/opens/close/closes/horario)|(abre/abren/cierra/cierran/fecha/open/close) .. (restaurante/restaurant/cocina/cozinha/kitchen)|(hora/hours/horario/horarios) .. (restaurante/restaurant/bar/almuerzo/cena/almoco/jantar/lunch/dinner)"
        "|(ver/tienen/your/the) (carta/menu/cardapio) (del_restaurante/do_restaurante)?|cardapio|(sirven/sirve/ofrecen/servem/serve) .. (almuerzo/cena/comida/almoco/jantar/lunch/dinner)|(reservar/reserva/book) (una/uma/a)? (mesa/table)|(vegano/vegana/vegan/vegetariano/vegetarian) (food/menu/options/comida)|happy hour"
    ),
    Intent.GYM_SPA: "gimnasio*|gym|academia|fitness|sauna*|spa|jacuzzi|hidromasaje|hidro|masaje|masajes|masajito|massagem|massagens|massage|massages|pesas|treadmill|cinta de correr",
    Intent.ACCESSIBILITY: (
        "accesib*|acessib*|acessive*|accessib*|silla de ruedas|cadeira de rodas|wheelchair|discapacidad|discapacitad*|deficiencia|deficiente|disabled|disability|movilidad reducida|mobilidade reduzida|reduced mobility|rampa|rampas|ramp|andador|muletas|crutches|step free|barras? de apoyo|barra de apoio|grab (bar/bars/rails)|(quarto/habitacion/cuarto/room) (adaptad*/adapted)"
    ),
    Intent.CHILDREN: (
        "(los/las/aceptan/con/aceitam/para/com/as/for/are/allow/your) (ninos/criancas/kids/children/nenes/chicos/menores) .. (pagan/paga/pagam/gratis/cobran/pay/free/cuesta/welcome/allowed)|(desde/hasta/a_partir/ate/from/what/que) .. (edad/idade/age) .. (pagan/paga/pagam/nino*/crianca*/kid*/child*/menor*)|(aceptan/aceitam/admiten/allow/accept) (ninos/criancas/kids/children/bebes/bebe)"
        "|cuna|cunas|berco|bercos|crib|cribs|cot|cots|cama para (bebe/nino)|high chair|highchair|(silla/sillita) (de_comer/alta/para_bebe)|cadeirao|(zona/area/sala/espacio/espaco/juegos) (infantil/de_ninos/kids/para_ninos)|juegos para (ninos/chicos)|kids (club/area/menu/stay/play)|ninera|nineras|baba $|babysit*|(nino*/crianca*/bebe/child/kid/baby/hijo/hija/filho/filha/nene) .. (paga/pagan/pagam/pays/pay/gratis/free)|(menores/ninos/criancas/kids/children) (gratis/free/pagan/pagam/pay)"
    ),
    Intent.HOUSE_RULES: (
        "fumar|fuma|fumador*|fumante*|smoking|smoke|vape|vapear|vaping|(visitas/visita/visitors/visitantes) .. (habitacion/cuarto/quarto/room)|(recibir/receber/have) (visitas/visita/visitors)|(edad/idade) minima|minimum age|(musica/som/noise/ruido) .. (permit*/allowed/hasta/ate)|fiestas|festas|(hacer/fazer/have) (una/uma/a) (fiesta/festa/party)|(reglas/normas/regras/rules) (de/da/of)? (la/the)? (casa/house/hotel)|reglamento|house rules|(toque_de_queda/curfew)|(hora/horario) de silencio|quiet hours|(puedo/podemos/posso/can_i/can_we) (llevar/entrar_con/levar/bring) .. (alcohol/bebida*/vino/cerveja/cerveza*/comida/own_wine/own_food/drinks)"
    ),
    Intent.ROOM_INFO: (
        "(aire/ar) (acondicionado/condicionado)|(air/ac) (conditioning/conditioner)|aircon|calefaccion|aquecimento|heating|(tienen/tiene/tem/have/with/hay) (frigobar/minibar/mini_bar)|frigobar $|safe in .. room|(secador/hair_dryer/hairdryer)|(tiene/tienen/tem/have/with) (un/a)? (balcon/varanda/balcony)|(vista/view/vistas) (al/a/do/para/of/to) (la/the/o)? (mar/playa/rio/lago/montana/sea/ocean/calle/rua/street/jardin)|(la/a/es/sao/one) (cama/bed) (es/king/queen)|camas separadas|(diferencia/diferenca/difference) .. (habitacion*/suite/doble/standard/superior/quarto*/luxo)"
        "|(tienen/tiene/have/has) (un/una/a)? (banera/tina/bano_privado/banheira/banheiro_privativo/bathtub/private_bathroom/kitchenette/cocina/cozinha/fridge/microondas/microwave/escritorio/desk)|(que/what/o_que) (tiene/incluye/tem/does/inclui) (la/el/o/the)? (habitacion/cuarto/quarto/room/suite)|(fotos/foto/pictures/photos/imagenes) (de/da/do/of) .. (habitacion*/cuarto*/quarto*/room/rooms/doble/suite/bano/bathroom)|(tamano/tamanho/size) (de/do/of) .. (habitacion/cuarto/quarto/room)|(what_is/what's) in the (room/rooms)|(que/quais) tipos de (habitacion*/cuarto*/quarto*)|(types/kinds) of (room/rooms)"
    ),
    Intent.SERVICES_INFO: (
        "(que/cuales/quais/what/which) .. (servicios/servicos/services/amenities/comodidades/instalaciones/facilities)|(servicios/servicos/services/facilities/amenities) (tienen/ofrecen/tem/oferecem/incluidos/included/del_hotel/do_hotel/do_you)|(que/what/o_que) .. (incluye/inclui/included) (el/la/o/the)? (hotel/tarifa/precio/estadia/diaria)? $|lavanderia|laundry|lavar ropa|planchar|plancha|iron|(cambian/cambio_de/cambio) (dolares/divisas/dinero)|cambio de (dolares/divisas)|(cambiar/change) (dolares/money)|(pueden/puedo/podem/can) .. (imprimir/print) .. (tarjeta/pasaje/boarding/documento)|business cent*|(cajero/atm) (en/in) (el/the) (hotel/lobby)"
    ),
    Intent.ROOM_SERVICE: (
        f"room service|(servicio/servico) (a_la_habitacion/al_cuarto/de_quarto/de_quartos/no_quarto/de_habitacion/ao_quarto)|{_GIVE} .. (cafe/coffee/cerveza*/cerveja*/hielo/gelo/ice/sandwich/hamburguesa/agua/water/vino/vinho/wine/te/cha/tea/coca/beer/beers/comida/food/sopa/pizza/desayuno/breakfast) .. (habitacion/cuarto/quarto/room/pieza/hab/ap/#)|(pedir/ordenar/order/comer/eat) .. (comida/food)? (a_la_habitacion/al_cuarto/en_la_habitacion/no_quarto/para_o_quarto/to_the_room/in_the_room/to_my_room/in_my_room/to_our_room)"
    ),
    Intent.HOUSEKEEPING: (
        f"housekeeping|mucama|mucamas|camareira|camareiras|{_GIVE} .. {_LINEN}|(necesit*/falta/faltan/faltam/preciso/precisamos/need/quiero/queremos/mais/mas/extra/more/another/fresh/clean/otra/otro/outra/outro) (de/una/unas/un/uma/umas/dos/two/some/mas/more/mais/#)? (more/extra/mas/mais/fresh/clean)? {_LINEN}|{_LINEN} (por_favor/please/limpi*/extra/pls/porfa/mas/mais/de_mas)|(limpiar/limpien/limpian/limpar/limpem/limpieza/clean/arrumar/arrumem/arreglar) .. (habitacion/cuarto/quarto/room/pieza/hab)|(cambiar/cambien/trocar/troca/trocam/change) .. (sabanas/toallas/lencois/toalhas/sheets/towels)|(room/quarto/habitacion) (cleaning/limpo)|make up (my/our/the) room"
    ),
    Intent.REPORT_PROBLEM: (
        f"{_THING} .. (no/nao/isn't/doesn't/not/won't/doesnt/isnt) {_BROKEN}|(no/nao) {_BROKEN} .. {_THING}|no (hay/tenemos/tengo/sale) (agua/luz/internet/wifi/senal/calefaccion)|no (hot_water/wifi/water/power/electricity)|(sin/sem/without) (agua/luz/hot_water)|(nao_tem/falta) (agua_quente/agua/luz)|sem agua|agua fria $|(se/esta) (rompio/danado/danada/descompuso/tapado/tapada/roto/rota/inundad*/quebrad*)|(esta/esta_tudo/quarto/habitacion/cuarto/bano) (sucio/sucia/sujo/suja/dirty/asqueros*)|(room/bathroom/sheets/bed) (is/are/was/were) (so/very/really)? (dirty/filthy/disgusting/smelly)|(is/are/it's) broken|not working|doesn't work|doesnt work|won't (work/open/close/turn_on)"
        "|(cucaracha*/baratas/cockroach*/roach/roaches/bugs/mouse/rats/chinches/bedbugs/bed_bugs/insectos/hormigas/raton/ratones)|(huele/cheira) (mal/horrible/a_humedad)|smells (bad/awful/like)|(mucho/demasiado/muito) (ruido/barulho)|(too_much/so_much) noise|(noisy/loud) (neighbours/neighbors/music/party)|(vecinos/vizinhos/vizinho) .. (ruido/barulho/fiesta/grit*)|(queja/quejarme/quejas/complaint/complain)|(pesimo/pesima/pessimo/pessima/horrible/terrible/awful) (servicio/servico/atencion/atendimento/service/experience/experiencia)|(hay/tem/there_is/there's) (una/um/a)? (gotera/goteira/fuga_de_agua/vazamento/leak)|(poner/hacer/fazer) (una/un/uma) (queja/reclamo/reclamacao)|(a/absolute/complete/total) disgrace|disgraceful|unacceptable|(una/uma) (verguenza/vergonha)|indignante|inadmisible|inadmissivel|inaceptable|inaceitavel"
    ),
    Intent.LOST_ITEM: (
        f"(olvide/olvidamos/deje/dejamos/se_me_quedo/se_nos_quedo/perdi/perdimos/se_me_perdio/me_deje/esqueci/esquecemos/deixei/deixamos/forgot/left/lost) {_MINE} (celular/telefono/movil/cargador/campera/chaqueta/abrigo/gafas/lentes/anteojos/reloj/anillo/aretes/collar/pasaporte/billetera/cartera/bolso/mochila/paraguas/libro/tablet/computador*/laptop/ropa/audifonos/peluche/documento*/llaves/carregador/oculos/relogio/anel/brinco*/carteira/bolsa/casaco/passaporte/fone*/livro/phone/charger/jacket/glasses/watch/ring/wallet/purse/passport/headphones/bag/keys/earring*/coat/book/ipad/scarf/sunglasses)"
        "|objetos perdidos|achados e perdidos|lost (and_found/property/item/items)|lost (my/our)|left (my/our/something) .. (room/behind/hotel/there)|(encontraron/encontraram/acharam/found) .. (mi/mis/meu/minha/my)|(olvide/deje/esqueci/deixei/left/forgot) (algo/something/alguna_cosa)|(olvide/deje/esqueci/deixei/se_me_quedo) .. (en_la_habitacion/en_el_cuarto/en_el_hotel/no_quarto/no_hotel/in_the_room/ahi $)"
    ),
    Intent.SPECIAL_REQUEST: (
        "(piso/andar) alto|(high/higher/upper/low/lower) floor|(habitacion/cuarto/quarto/room) (tranquil*/silencios*/quiet/callad*)|quiet room|(camas/beds) (juntas/together/pushed)|junta (as)? camas|(es/e/it's/its/our/nuestra/nossa/estamos_de/para) (nuestra/nossa/our)? (luna_de_miel/lua_de_mel/honeymoon)|(birthday/cumpleanos) (cake/surprise/sorpresa)|(torta/pastel/bolo/cake) .. (cumple*/aniversario/birthday)|(decorar/decoracion/decoracao/decoration/decorate)|(petalos/petalas/rose_petals/flores/flowers)|(sorpresa/surpresa/surprise) .. (habitacion/cuarto/quarto/room/esposa/pareja/wife/husband/novia/novio)|(cama/bed) (extra/adicional/supletoria)|extra bed|(habitaciones/quartos/rooms) (contiguas/comunicadas/juntas/connecting/adjoining/lado_a_lado)|(connecting/adjoining/adjacent) rooms|(soy/sou/i'm/i_am/es/e) (alergic*/allergic)|(pedido/peticion/request) (especial/special)|special request*"
    ),
    Intent.EVENT_GROUP: (
        "(hacer/hacen/organizar/celebrar/fazer/fazem/host/organise/organize/have/have_our) (una/nuestra/su/um/uma/a/our)? (boda/bodas/casamiento/casamento/casamentos/wedding/weddings/quinceanos/evento/eventos/event/events/fiesta/festa)|(salon/paquete*/pacote/package*/venue) .. (boda/bodas/casamento/wedding*)|(wedding/boda) (venue/party/package*)|(salon/sala/salao) (de/para/for) (evento*/fiesta*/reunion*/reuniao/reunioes/festa*/conferenc*)|(meeting/conference/event/function) (room/rooms/space)|(sala/salon) de juntas|(un/um/a/somos_un/somos_um/viaje_de/para/tour) (grupo/group) (de/of/grande)|group (booking/rate/rates/reservation/of)|(tarifa/reserva/reservas) (de/para) (grupo/grupos)|grupo de (#)?|(tarifa/convenio/rate/rates) (corporativ*/corporate/empresa*)|corporate (rate/rates/event)|agencia de viajes|agencia de viagens|travel agen*|baby shower|bautizo|batizado"
    ),
}  # fmt: skip
