import type { AwsRequests } from '../connect/aws-requests.ts';
import type { Xml } from '../connect/xml.ts';
import type { NetworkFacts } from './facts.ts';

interface FunctionConfiguration {
  readonly VpcConfig?: { readonly VpcId?: string; readonly SubnetIds?: readonly string[] };
}

interface Place {
  readonly functions: string[];
  readonly subnets: Set<string>;
}

/** Looks at the VPCs that functions run in: their endpoints, and the subnets that no route leads out of. */
export async function lookAtNetworks(
  aws: AwsRequests,
  functions: readonly string[],
): Promise<readonly NetworkFacts[]> {
  const places = new Map<string, Place>();
  for (const name of functions) {
    const path = `/2015-03-31/functions/${encodeURIComponent(name)}/configuration`;
    const { VpcConfig: { VpcId: vpc, SubnetIds = [] } = {} } = (await aws.path(
      'lambda',
      path,
    )) as FunctionConfiguration;
    if (!vpc) continue;
    const place = places.get(vpc) ?? { functions: [], subnets: new Set<string>() };
    place.functions.push(name);
    for (const subnet of SubnetIds) place.subnets.add(subnet);
    places.set(vpc, place);
  }
  return Promise.all([...places].map(([vpc, place]) => lookAt(aws, vpc, place)));
}

async function lookAt(aws: AwsRequests, vpc: string, { functions, subnets }: Place): Promise<NetworkFacts> {
  const inVpc = { 'Filter.1.Name': 'vpc-id', 'Filter.1.Value.1': vpc };
  const [endpoints, tables] = await Promise.all([
    aws.form('ec2', 'DescribeVpcEndpoints', inVpc),
    aws.form('ec2', 'DescribeRouteTables', inVpc),
  ]);
  const tablesOf = itemsOf(tables, 'DescribeRouteTablesResponse', 'routeTableSet');
  return {
    vpc,
    functions,
    endpoints: itemsOf(endpoints, 'DescribeVpcEndpointsResponse', 'vpcEndpointSet').map(
      // com.amazonaws.eu-west-1.sqs
      item => item.of('serviceName').split('.').at(-1) ?? '',
    ),
    closedSubnets: [...subnets].filter(subnet => !leadsOut(tableOf(subnet, tablesOf))),
  };
}

const itemsOf = (root: Xml, answer: string, set: string): readonly Xml[] =>
  root
    .all(answer)
    .flatMap(each => each.all(set))
    .flatMap(each => each.all('item'));

const inSet = (item: Xml, set: string): readonly Xml[] => item.all(set).flatMap(each => each.all('item'));

/** The table of a subnet: its own, or the VPC's main one. */
const tableOf = (subnet: string, tables: readonly Xml[]): Xml | undefined =>
  tables.find(table => inSet(table, 'associationSet').some(each => each.of('subnetId') === subnet)) ??
  tables.find(table => inSet(table, 'associationSet').some(each => each.of('main') === 'true'));

/** A function in a VPC has no public address: an internet gateway alone leads nowhere. */
const leadsOut = (table: Xml | undefined): boolean =>
  table !== undefined &&
  inSet(table, 'routeSet').some(
    route => route.of('destinationCidrBlock') === '0.0.0.0/0' && !route.of('gatewayId').startsWith('igw-'),
  );
